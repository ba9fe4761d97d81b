"""Translates a CSV file with sheets, survives crashes, and exports a workbook.

Install the client: pip install clients/python. Start the service, then run:
    python examples/python/translate.py examples/python/tale.csv tale-fr.xlsx --crash-after 10
    python examples/python/translate.py examples/python/tale.csv tale-fr.xlsx
The second run translates only what is left. A third one translates nothing.
"""

import argparse
import csv
import os
import random
from pathlib import Path

from persistence_client import PersistenceClient

parser = argparse.ArgumentParser(description="Translate a CSV file: sheet, row, source.")
parser.add_argument("file", type=Path)
parser.add_argument("output")
parser.add_argument("--crash-after", type=int, default=0, help="exit hard after N calls")
options = parser.parse_args()
name = options.file.stem
session = {"session_id": f"{name}-fr", "filename": f"{name}.xlsx", "llm_provider": "stand-in",
           "file_path": str(options.file), "metadata": {"target_language": "fr"}}
calls = 0


def new_tasks():
    """A task for each line. Rows repeat in every sheet and language: the id has all three."""
    with open(options.file, newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            yield {"task_id": f"{name}-fr-{line['sheet']}-{line['row']}", "batch_id": line["sheet"],
                   "sheet_name": line["sheet"], "row_index": int(line["row"]),
                   "column_name": "fr", "source_text": line["source"]}


def translate(task):
    """Stands for a language model: each call is paid for, and some fail."""
    global calls
    calls += 1
    print("paid for", task["task_id"], flush=True)
    if calls == options.crash_after:
        os._exit(3)
    if random.Random(f"{task['task_id']} {task['retry_count']}").random() < 0.3:
        raise RuntimeError("Rate limit reached: try again in 20s")
    return task["source_text"].upper()


with PersistenceClient() as client:
    job = client.resume(session, new_tasks())
    for _ in range(10):
        with client.task_writer(flush_each=True) as writer:
            for task in job.tasks:
                try:
                    text = translate(task)
                except RuntimeError as error:
                    writer.fail(task, error)
                else:
                    writer.complete(task, text)
        finished = client.finish(job)
        print(finished.status, finished.by_status)
        if finished.status != "failed":
            break
        client.retry_session(job.session_id)
        job = client.resume(session)
    client.export_session(job.session_id, options.output)
