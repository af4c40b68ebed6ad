"""Settings of gunicorn: ``gunicorn --config config/gunicorn.conf.py "core.cli.wsgi:create()"``.

Workers are processes; each holds the registry of each database it serves and as many connections as `pool_size` allows. A change of addons
needs no restart: every worker sees it with its next request. SIGHUP takes new code and settings without refusing a request.
"""

import multiprocessing
import os

from prometheus_client import multiprocess

bind = os.environ.get("TANGRAM_BIND", "127.0.0.1:8069")
workers = int(os.environ.get("TANGRAM_WORKERS", str(multiprocessing.cpu_count())))
worker_class = "gthread"
threads = int(os.environ.get("TANGRAM_WEB_THREADS", "8"))
# The application must be made after the fork: connections don't survive one.
preload_app = False
timeout = 120
graceful_timeout = 30
keepalive = 5
# Workers are renewed now and then, not all at once.
max_requests = 20000
max_requests_jitter = 2000
# The application writes one line of JSON for each request itself.
accesslog = None
errorlog = "-"


def child_exit(server, worker):
    """Let the metrics of several processes forget one that ended; PROMETHEUS_MULTIPROC_DIR names their folder."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.mark_process_dead(worker.pid)
