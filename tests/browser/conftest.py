"""One browser for all pages, as a person opens them: from file://, with what it saves in a folder."""

from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

ARGUMENTS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1000,1400")


@pytest.fixture(scope="session")
def saved(tmp_path_factory) -> Path:
    """Where the browser saves."""
    return tmp_path_factory.mktemp("saved")


@pytest.fixture(scope="session")
def browser(tmp_path_factory, saved):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in (*ARGUMENTS, *QUIET, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(argument)
    options.add_experimental_option(
        "prefs",
        {
            "download.default_directory": str(saved),
            "profile.default_content_setting_values.automatic_downloads": 1,
        },
    )
    with webdriver.Chrome(options, Service("/usr/bin/chromedriver")) as driver:
        yield driver
