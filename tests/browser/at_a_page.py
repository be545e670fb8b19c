"""What tests of the pages share: a page opened from file://, and ways to save."""

from pathlib import Path

from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

SECONDS = 60  # against a hang
NO_PICKER = "window.showSaveFilePicker = undefined"
BLOCKED_PICKER = "window.showSaveFilePicker = async () => { throw new DOMException('no', 'SecurityError'); }"
# A file that exists once it is closed, as the browser's own.
PICKER = """
window.kept = {file: null, removed: false, asked: 0};
window.showSaveFilePicker = async ({suggestedName}) => {
  kept.asked += 1;
  const parts = [];
  return {
    name: suggestedName,
    getFile: async () => new File([], suggestedName),
    remove: async () => { kept.removed = true; },
    createWritable: async () => ({
      write: async (piece) => { FULL; parts.push(piece.slice()); },
      close: async () => { kept.file = new Blob(parts); },
      abort: async () => {},
    }),
  };
};
"""
# A place that the person chose and that can't be written.
UNWRITABLE = """
window.showSaveFilePicker = async () => {
  return {
    name: "x",
    getFile: async () => new File([], "x"),
    remove: async () => { window.removed = true; },
    createWritable: async () => { throw new DOMException('no', 'NoModificationAllowedError'); },
  };
};
"""
READ = "const done = arguments[0]; const r = new FileReader(); r.onload = () => done(r.result); r.readAsDataURL(kept.file);"


class Page:
    """What a person does with any page."""

    def __init__(self, browser, page: Path, *, picker: str = NO_PICKER) -> None:
        self.browser = browser
        browser.get(page.as_uri())
        browser.execute_script(picker)
        self.at("ja").click()

    def at(self, name: str):
        return self.browser.find_element(By.ID, name)

    def until(self, condition) -> None:
        WebDriverWait(self.browser, SECONDS).until(lambda _: condition())

    @property
    def finding(self) -> str:
        assert self.at("result").get_attribute("class") == "bad"
        return self.at("result").get_attribute("data-finding")


def saved_file(page: Page, folder: Path, name: str) -> bytes:
    """Taken away, so that the next may have its name."""
    page.until((folder / name).exists)
    content = (folder / name).read_bytes()
    (folder / name).unlink()
    return content
