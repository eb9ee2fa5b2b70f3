"""A whole demonstration: a synthetic country through a running scheduler, its dashboards, a summary.

In: a home and the size of the country. Out: a home with a publication and installed dashboards; progress on
stderr, the summary of what came of it. Airflow runs while the demonstration lasts; `make serve` shows the rest.
"""

from __future__ import annotations

import json
import time

from rich.console import Console
from rich.markup import escape

from ingest.demo.play.ministry_summaries import FOLDER, write_ministry_summaries
from ingest.demo.play.scenario import play, prepare, stage_all
from ingest.demo.play.summary import Summary, shown, summarise
from ingest.demo.world import estimates
from ingest.demo.world.country import Country
from ingest.home import Home
from ingest.schema.forms.contract import Labels, Language
from ingest.schema.texts.words import Words
from ingest.serve import AIRFLOW_PORT, SUPERSET_PORT, Airflow, NotReadyError, Superset


def run_demo(
    home: Home,
    organisations: int = 80,
    seed: int = 503,
    learners: int | None = None,
    weeks: int = 4,
    language: Language = "kk",
) -> Summary:
    """Play the country, tell its steps in that language on stderr; what became of it.

    `learners`: about how many each organisation has, by default as many as in the real country. Raises
    NotADemoError, NotReadyError or StoppedError; what was started is ended in any case.
    """
    per_organisation = estimates.LEARNERS_PER_ORGANISATION if learners is None else learners
    country = Country(seed, organisations, per_organisation, weeks)
    steps = Console(stderr=True, highlight=False)
    began = time.monotonic()

    def say(text: Labels) -> None:
        steps.print(f"[dim]{time.monotonic() - began:5.0f} s[/] {escape(text.in_language(language))}")

    def step(name: str, **facts: object) -> None:
        say(Words("demonstration").filled(name, **facts))

    prepare(home, country)
    step("step_ready", home=home.root, organisations=organisations)
    superset = Superset(home)
    dashboards = superset.install()
    try:
        with Airflow(home) as airflow:
            # Both take their time, and one needs nothing of the other.
            staged = stage_all(home, country)
            step("step_written", files=sum(map(len, staged.values())))
            airflow.wait_until_ready()
            step("step_scheduler")
            plan = play(home, country, staged, airflow, say)
        if dashboards.wait(timeout=300) != 0:
            log = home.logs / "superset-install.log"
            raise NotReadyError("dashboards_not_imported", log)
        step("step_dashboards")
    finally:
        if dashboards.poll() is None:
            dashboards.terminate()
    files = write_ministry_summaries(home)
    step("step_summaries", files=len(files))
    return summarise(home, plan)


def show_summary(home: Home, summary: Summary) -> None:
    """The summary and where to look, on stdout."""
    Console().print(shown(summary, charts_imported(home), where_to_look(home)))


def charts_imported(home: Home) -> int | None:
    """How many charts Superset holds; None where nothing was installed."""
    file = home.superset / "installed.json"
    if not file.exists():
        return None
    count: int = json.loads(file.read_text(encoding="utf-8"))["report"]["imported"]["charts"]
    return count


def where_to_look(home: Home) -> dict[str, str]:
    """Name of a phrase → address (once `make serve` runs) or path."""
    dashboard = f"http://127.0.0.1:{SUPERSET_PORT}/superset/dashboard/attendance-and-reporting"
    summaries = sorted((home.root / FOLDER).glob("*"))
    return {
        "summaries": "".join(f"\n    {file}" for file in summaries) or "—",
        "start": "make serve",
        "dashboard_kk": f"{dashboard}-kk/",
        "dashboard_ru": f"{dashboard}-ru/",
        "airflow": f"http://127.0.0.1:{AIRFLOW_PORT}",
        "password": "bbaj password",
        "warehouse": str(home.warehouse),
        "findings": str(home.findings),
        "plan": str(home.root / "demo" / "plan.json"),
    }
