"""Chromium without a window, and what it tells of a page."""

import base64
import json
import tempfile

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 60  # seconds

# The least contrast of any text with what is behind it, as WCAG 2 reckons it.
CONTRAST = """
const parse = color => { const [r, g, b, a = 1] = color.match(/[\\d.]+/g).map(Number); return {rgb: [r, g, b], a} }
const light = rgb => { const [r, g, b] = rgb.map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    return .2126 * r + .7152 * g + .0722 * b }
let least = Infinity
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
for (let node; node = walker.nextNode();) {
    if (!node.data.trim()) continue
    const ink = parse(getComputedStyle(node.parentElement).color).rgb
    let behind = node.parentElement
    while (behind && parse(getComputedStyle(behind).backgroundColor).a === 0) behind = behind.parentElement
    const [high, low] = [light(ink), light(behind ? parse(getComputedStyle(behind).backgroundColor).rgb : [255, 255, 255])].sort((a, b) => b - a)
    least = Math.min(least, (high + .05) / (low + .05))
}
return least
"""


class Chromium:
    def __init__(self):
        self.profile = tempfile.TemporaryDirectory(prefix="assume-chromium-", ignore_cleanup_errors=True)
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        for flag in (
            "headless",
            "no-sandbox",
            "disable-gpu",
            "disable-quic",
            "disable-dev-shm-usage",
            "no-first-run",
            "no-proxy-server",
            "disable-background-networking",
            "disable-component-update",
            "disable-sync",
            "host-resolver-rules=MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
            f"user-data-dir={self.profile.name}",
        ):
            options.add_argument(f"--{flag}")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.driver.set_page_load_timeout(PATIENCE)
        self.driver.set_script_timeout(PATIENCE)

    def open(self, url):
        """Whether there was something to show; also a page with an error status is."""
        try:
            self.driver.get(url)
            return True
        except WebDriverException as error:
            if "net::ERR_" not in str(error):
                raise
            return False

    def new_tab(self):
        """Closes the tab in front and opens another."""
        before = self.driver.current_window_handle
        self.driver.switch_to.new_window("tab")
        after = self.driver.current_window_handle
        self.driver.switch_to.window(before)
        self.driver.close()
        self.driver.switch_to.window(after)

    def press(self, choice):
        self.driver.find_element(By.CSS_SELECTOR, f"button[value={choice}]").click()

    def wait_for_title(self, text):
        WebDriverWait(self.driver, PATIENCE).until(lambda driver: text in driver.title)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text

    def contrast(self):
        return self.run(CONTRAST)

    def complaints(self):
        """What the console says since the last look; that a page has no icon is no complaint."""
        said = [entry["message"] for entry in self.driver.get_log("browser")]
        return [line for line in said if "favicon.ico" not in line]

    def answers(self, port):
        """(URL, status, headers in small letters) of the answers that came from a port since the last look."""
        found = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.responseReceived":
                response = message["params"]["response"]
                if f":{port}/" in response["url"]:
                    headers = {name.lower(): value for name, value in response["headers"].items()}
                    found.append((response["url"], response["status"], headers))
        return found

    def look(self, scheme="light", width=1280, height=720):
        media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def picture(self, path):
        shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot["data"]))

    def close(self):
        self.driver.quit()
        self.profile.cleanup()
