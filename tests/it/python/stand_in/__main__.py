"""botocore, a client nobody here wrote, against the stand-in: URL and start URL are the arguments.

The stand-in holds 250 accounts of 3 roles, approves nothing by itself, and knows the roles and the long-term key that
tests/it/stand_in.rs configures.
"""

import test_oidc
import test_pages
import test_portal
import test_sts


def main():
    count = 0
    for module in (test_oidc, test_pages, test_portal, test_sts):
        for name, test in list(vars(module).items()):
            if name.startswith("test_"):
                print(f"{module.__name__}: {name}", flush=True)
                test()
                count += 1
    print(f"{count} passed")


main()
