class AwsAssume < Formula
  desc "Switch a shell to an AWS account and role through IAM Identity Center"
  homepage "@repository@"
  version "@version@"
  license any_of: ["MIT", "Apache-2.0"]
@blocks@
  def install
    bin.install "assume"
    man1.install Dir["man/*.1"]
    # Written by the program for the path that stays the same from one version to the next.
    { "bash" => bash_completion/"assume", "zsh" => zsh_completion/"_assume", "fish" => fish_completion/"assume.fish" }
      .each do |shell, file|
        text = Utils.safe_popen_read(bin/"assume", "init", shell, "--completions")
        file.dirname.mkpath
        file.write text.gsub((bin/"assume").to_s, (HOMEBREW_PREFIX/"bin/assume").to_s)
      end
  end

  def caveats
    <<~EOS
      To load assume in a shell, add one line to its start file:
        bash  eval "$(#{HOMEBREW_PREFIX}/bin/assume init bash)"
        zsh   eval "$(#{HOMEBREW_PREFIX}/bin/assume init zsh)"
        fish  #{HOMEBREW_PREFIX}/bin/assume init fish | source
    EOS
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/assume --version")
    (testpath/"config").write "[profile dev]\nregion = eu-central-1\n"
    ENV["AWS_CONFIG_FILE"] = testpath/"config"
    assert_match "dev", shell_output("#{bin}/assume list --json")
  end
end
