#!/usr/bin/env python3
"""The cases of tests/browser/run, which says how to run them."""

import os
import sys
import time
import traceback
from urllib.parse import urlsplit

from chromium import Chromium
from elsewhere import Elsewhere
from sign_in import SignIn

HERE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PICTURES = os.path.join(HERE, "target", "tests", "browser")


def check(holds, what):
    if not holds:
        raise AssertionError(what)


def see(text, *wanted):
    for want in wanted:
        check(want in text, f"not seen: {want!r}, in:\n{text}")


def approve(browser, sign_in):
    browser.press("approve")
    browser.wait_for_title("Approved")
    status, said = sign_in.end()
    check(status == 0, f"status {status}: {said}")
    check(sign_in.is_signed_in(), "no keys after it")


def look_at(browser, name):
    """What holds for each of our pages, and pictures of it."""
    complaints = browser.complaints()
    check(complaints == [] or name == "opened-twice", f"the console: {complaints}")
    page = browser.run("return [document.documentElement.lang, document.title, document.querySelectorAll('main').length, "
                       "document.querySelectorAll('h1').length, document.scripts.length, document.querySelector('h1 span').ariaHidden]")
    check(page[0] == "en" and page[1] and page[2:] == [1, 1, 0, "true"], f"the document: {page}")
    check(browser.run("return getComputedStyle(document.querySelector('main')).maxWidth") != "none", "the style was not applied")
    for scheme in ("light", "dark"):
        for width, height in ((1280, 640), (720, 560), (320, 640)):
            browser.look(scheme, width, height)
            check(browser.contrast() >= 7, f"{scheme}: a contrast of {browser.contrast():.1f}")
            wide = browser.run("return document.documentElement.scrollWidth")
            check(wide <= width, f"{wide} pixels wide on a screen of {width}")
            browser.picture(os.path.join(PICTURES, f"{name}-{scheme}-{width}.png"))
    browser.look()


def approved(browser):
    with SignIn() as sign_in:
        browser.open(sign_in.begin())
        approve(browser, sign_in)
        see(browser.text(), "Go back to your terminal", "session corp", "list your accounts and roles", "assume logout")
        look_at(browser, "approved")
        (asked,) = sign_in.asked_of_aws("Authorize")
        names = {name.lower() for name, _ in asked["headers"]}
        check("referer" not in names, "AWS is told where its page was opened from")
        # What is behind the address bar is over: nothing to send twice, and nothing is lost.
        check(not browser.open(browser.driver.current_url), "the listener answers after the end")
        browser.driver.back()
        check(sign_in.is_signed_in(), "signed out by going back")


def denied(browser):
    with SignIn() as sign_in:
        browser.open(sign_in.begin())
        browser.press("deny")
        browser.wait_for_title("Not approved")
        see(browser.text(), "Go back to your terminal", "no access")
        look_at(browser, "denied")
        status, said = sign_in.end()
        check(status == 3, f"status {status}")
        see(said, "not approved in the browser", "hint: ")


def opened_twice(browser):
    """A second click on the link, or somebody who saw it: both pages are worth nothing then."""
    with SignIn() as sign_in:
        start = sign_in.begin()
        browser.open(start)
        browser.open(start)
        browser.wait_for_title("Opened twice")
        see(browser.text(), "Go back to your terminal", "nothing was approved")
        look_at(browser, "opened-twice")
        status, said = sign_in.end()
        check(status == 3, f"status {status}")
        see(said, "opened twice", "hint: ")
        check(not sign_in.is_signed_in(), "signed in by two")


def closed_tab(browser):
    """Closed by mistake: the page of AWS can be had back, as Ctrl-Shift-T and a restored window do."""
    with SignIn() as sign_in:
        browser.open(sign_in.begin())
        page = browser.driver.current_url
        browser.new_tab()
        check(sign_in.goes_on(), "a closed tab ended it")
        browser.open(page)
        approve(browser, sign_in)


def given_up(browser):
    """Closed for good, Ctrl-C in the terminal: the next sign-in has a page of its own."""
    with SignIn() as sign_in:
        first = sign_in.begin()
        browser.open(first)
        browser.new_tab()
        sign_in.interrupt()
        status, said = sign_in.end()
        check(status == 130, f"status {status}: {said}")
        second = sign_in.begin()
        check(first != second, "the same page again")
        check(not browser.open(first), "the page of before still leads somewhere")
        browser.open(second)
        approve(browser, sign_in)


def fetched_ahead(browser):
    """A page that a browser fetches before anybody asks for it is not opened."""
    elsewhere = Elsewhere()
    with SignIn() as sign_in:
        start = sign_in.begin()
        browser.answers(0)
        browser.open(elsewhere.page("127.0.0.1"))
        browser.run("prerender(arguments[0])", start)
        port, seen = urlsplit(start).port, []
        end = time.monotonic() + 30
        while not seen and time.monotonic() < end:
            seen += browser.answers(port)
        check(seen and all(status == 400 for _, status, _ in seen), f"answers: {seen}")
        check(sign_in.goes_on() and not sign_in.asked_of_aws("Authorize"), "it counted as opened")
        browser.open(start)
        approve(browser, sign_in)


def other_origins(browser):
    """Whatever a page of another origin does to the port, it reads nothing, ends nothing, and the sign-in goes on."""
    elsewhere = Elsewhere()
    for host, path in (("elsewhere.test", "/"), ("elsewhere.test", "/public"), ("127.0.0.1", "/"), ("localhost", "/")):
        with SignIn() as sign_in:
            start = sign_in.begin()
            port = urlsplit(start).port
            browser.open(elsewhere.page(host, path))
            browser.answers(0)
            came = browser.driver.execute_async_script("attack(arguments[0]).then(arguments[1])", port)
            got = [line for line in came if any(word in line for word in ("READ", "LOADED", "OPEN", "no answer"))]
            check(len(came) == 16 and not got, f"{host}: {came}")
            answers = browser.answers(port)
            check(all(status == 400 for _, status, _ in answers), f"{host}: {answers}")
            check(not [name for _, _, headers in answers for name in headers if name.startswith("access-control")], "CORS")
            # Where the browser lets such a page at this machine at all, most of it must have come here.
            check(path == "/public" or len(answers) >= 8, f"{host}: only {len(answers)} requests came")
            # A name of theirs that leads to this machine, in a tab of its own.
            browser.open(f"http://rebound.test:{port}{urlsplit(start).path}")
            browser.open(f"http://127.0.0.1:{port}/oauth/callback?code=stolen&state=guessed")
            check(sign_in.goes_on(), f"{host} ended it")
            browser.open(start)
            approve(browser, sign_in)


def nothing_but_style(browser):
    """The policy of the page holds, also for a session whose name is markup."""
    with SignIn("<script>document.title=1</script><img/src=/x>") as sign_in:
        browser.open(sign_in.begin())
        approve(browser, sign_in)
        see(browser.text(), "<script>document.title=1</script>")
        check(browser.run("return document.querySelectorAll('script,img').length") == 0, "a name became markup")
        ran = browser.driver.execute_async_script(
            "const [done] = arguments, seen = [], end = () => done([window.ran, seen.sort()])\n"
            "addEventListener('securitypolicyviolation', event => seen.push(event.effectiveDirective) === 6 && end())\n"
            "setTimeout(end, 30000)\n"
            "const add = (tag, properties) => document.body.append(Object.assign(document.createElement(tag), properties))\n"
            "add('script', {textContent: 'window.ran = 1'}); add('style', {textContent: 'main{display:none}'})\n"
            "add('img', {src: '/x.png'}); add('iframe', {src: '/x'})\n"
            "add('form', {id: 'f', action: '/x'}); document.getElementById('f').submit()\n"
            "fetch('/x').catch(() => {})"
        )
        wanted = ["connect-src", "form-action", "frame-src", "img-src", "script-src-elem", "style-src-elem"]
        check(ran == [None, wanted], f"run, and refused: {ran}")
        check(browser.run("return getComputedStyle(document.querySelector('main')).display") == "block", "a style of others")


CASES = [approved, denied, opened_twice, closed_tab, given_up, fetched_ahead, other_origins, nothing_but_style]


def main():
    os.makedirs(PICTURES, exist_ok=True)
    wanted = [case for case in CASES if case.__name__ in sys.argv[1:]] or CASES
    failed, begun = 0, time.monotonic()
    browser = Chromium()
    try:
        print(f"chromium {browser.driver.capabilities['browserVersion']}", flush=True)
        for case in wanted:
            at = time.monotonic()
            try:
                case(browser)
                print(f"passed  {case.__name__} ({time.monotonic() - at:.1f} s)", flush=True)
            except Exception:
                failed += 1
                print(f"FAILED  {case.__name__}", flush=True)
                traceback.print_exc()
            browser.new_tab()
    finally:
        browser.close()
    print(f"{len(wanted) - failed} passed, {failed} failed, after {time.monotonic() - begun:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
