"""One cold start, in the interpreter that runs this file: import a handler, hand it one event, time both.

Run as `python -I -S one_cold_start.py JOB RESULT`, two paths of JSON files: -S leaves only the standard
library on the path, and the job names what a function's layers add to it. Before the clock starts it imports
no more than it must.
"""

import importlib.util
import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace


def main(job_path: str, result_path: str) -> None:
    """Do the job and write what it took, in milliseconds of wall clock and of CPU."""
    job = json.loads(Path(job_path).read_bytes())
    sys.path[:0] = job["path"]
    context = SimpleNamespace(
        function_name=job["name"],
        function_version="1",
        invoked_function_arn=f"arn:aws:lambda:eu-central-1:123456789012:function:{job['name']}:live",
        memory_limit_in_mb=512,
        aws_request_id="0c5b6f1e-0000-4000-8000-000000000001",
        log_group_name="log",
        log_stream_name="stream",
        get_remaining_time_in_millis=lambda: 10_000,
    )
    spec = importlib.util.spec_from_file_location("app", job["app"])
    if spec is None or spec.loader is None:
        raise SystemExit(f"no Python file: {job['app']}")
    module = importlib.util.module_from_spec(spec)

    known = set(sys.modules)
    start, start_cpu = time.perf_counter_ns(), time.process_time_ns()
    spec.loader.exec_module(module)
    imported = time.perf_counter_ns()
    answer = module.handler(job["event"], context)
    end, end_cpu = time.perf_counter_ns(), time.process_time_ns()

    result = {
        "import_ms": (imported - start) / 1e6,
        "answer_ms": (end - imported) / 1e6,
        "total_ms": (end - start) / 1e6,
        "cpu_ms": (end_cpu - start_cpu) / 1e6,
        "modules": len(set(sys.modules) - known),
        "answer": answer,
    }
    Path(result_path).write_text(json.dumps(result, default=str), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
