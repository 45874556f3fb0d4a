# shellcheck shell=bash
# SHA256SUMS over all that a release holds, and provenance.json: an in-toto statement in SLSA's form that names the commit,
# the lock file and the tools these bytes come from. It is made by whoever builds and carries no signature: hosted CI adds
# one that can be checked (an attestation). Who rebuilds the commit with these tools gets the same bytes.

make_sums() {
    rm -f "$out/SHA256SUMS" "$out/provenance.json"
    statement >"$work/provenance.json"
    publish "$work/provenance.json"
    sums_of "$out" >"$work/SHA256SUMS"
    publish "$work/SHA256SUMS"
}

# The names here are ours, and no version holds a quote: nothing needs to be escaped for JSON.
statement() {
    local separator='' file builder=${ASSUME_BUILDER:-$repository/local-build}
    printf '{\n  "_type": "https://in-toto.io/Statement/v1",\n  "subject": ['
    (cd "$out" && find . -type f | sort) | while IFS= read -r file; do
        printf '%s\n    {"name": "%s", "digest": {"sha256": "%s"}}' "$separator" "${file#./}" "$(sha256 "$out/$file")"
        separator=,
    done
    cat <<END

  ],
  "predicateType": "https://slsa.dev/provenance/v1",
  "predicate": {
    "buildDefinition": {
      "buildType": "$repository/blob/$commit/release/build",
      "externalParameters": {"version": "$version", "repository": "$repository"},
      "internalParameters": {
        "SOURCE_DATE_EPOCH": "$SOURCE_DATE_EPOCH",
        "linux": "$(.ci/cross tools linux)",
        "windows": "$(.ci/cross tools windows)"
      },
      "resolvedDependencies": [
        {"uri": "git+$repository", "digest": {"gitCommit": "$commit"}},
        {"uri": "$repository/blob/$commit/Cargo.lock", "digest": {"sha256": "$(sha256 Cargo.lock)"}}
      ]
    },
    "runDetails": {
      "builder": {"id": "$builder"}
    }
  }
}
END
}
