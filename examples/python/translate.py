"""Translates a CSV file with sheets, survives crashes, and exports a workbook.

Install the client: pip install clients/python. Start the service, then run:
    python examples/python/translate.py examples/game.csv game-fr.xlsx --crash-after 20
    python examples/python/translate.py examples/game.csv game-fr.xlsx
The second run translates only what is left. A third one translates nothing.
examples/node/translate.mjs does the same in JavaScript.
"""

import argparse
import csv
import hashlib
import os
from pathlib import Path

from persistence_client import InvalidRecord, PersistenceClient, RecordsRefused

parser = argparse.ArgumentParser(description="Translate sheet_name,row_index,key,source_text.")
parser.add_argument("file", type=Path)
parser.add_argument("output")
parser.add_argument("--crash-after", type=int, default=0, help="exit hard after N calls")
options = parser.parse_args()
name = options.file.stem
session = {"session_id": f"{name}-fr", "filename": f"{name}.xlsx", "llm_provider": "stand-in",
           "file_path": str(options.file), "metadata": {"target_language": "fr"}}
MOST_IDS = 10_000  # The service takes no more in one retry.
calls = 0


def new_tasks():
    """A task for each line. Keys repeat in every file and language: the id has all three."""
    with open(options.file, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield {"task_id": f"{name}-fr-{row['key']}", "batch_id": row["sheet_name"],
                   "sheet_name": row["sheet_name"], "row_index": int(row["row_index"]),
                   "column_name": "fr", "context": row["key"], "source_text": row["source_text"]}


def translate(task):
    """Stands for a language model: each call is paid for, and some fail."""
    global calls
    calls += 1
    print("paid for", task["task_id"], flush=True)
    if calls == options.crash_after:
        os._exit(3)
    if hashlib.sha256(f"{task['task_id']} {task['retry_count']}".encode()).digest()[0] < 77:
        raise RuntimeError("Rate limit reached: try again in 20s")
    return task["source_text"].upper()


with PersistenceClient() as client:
    job = client.resume(session, new_tasks())
    for _ in range(10):
        print(len(job.tasks), "texts to do", flush=True)
        with client.task_writer(flush_each=True) as writer:
            for task in job.tasks:
                try:
                    text = translate(task)
                except RuntimeError as error:
                    writer.fail(task, error)
                    continue
                try:
                    writer.complete(task, text)
                except (InvalidRecord, RecordsRefused) as error:
                    print("keep", task["task_id"], ascii(text), flush=True)
                    writer.fail(task, f"refused: {error}")
        finished = client.finish(job)
        print(f"{finished.status}: {finished.by_status.get('completed', 0)} texts are translated")
        failed = client.iter_tasks(session_id=job.session_id, status="failed", fresh=True)
        again = [one["task_id"] for one in failed
                 if not (one["error_message"] or "").startswith("refused:")]  # they are paid for
        if not again:
            break
        for start in range(0, len(again), MOST_IDS):
            client.retry_session(job.session_id, task_ids=again[start:start + MOST_IDS])
        job = client.resume(session)
        if not job.tasks:  # Nothing is left that this run may do.
            break
    client.export_session(job.session_id, options.output)
