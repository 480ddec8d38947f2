"""JupyterHub for a class on one Linux machine: see README.md beside this file.

sudo .venv/bin/jupyterhub -f class/hub/jupyterhub_config.py
"""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

c = get_config()  # noqa: F821

COURSE = Path(__file__).resolve().parents[2]
MEMORY, PROMISED = "2.5G", "900M"  # what a person's server may take, and what it can rely on
IDLE = 3600  # seconds after which an unused server ends

ONE_THREAD = ("UNMASKED_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
SETTINGS = dict.fromkeys(ONE_THREAD, "1") | {"UNMASKED_CHECK_SECONDS": "30"}

# --- people -----------------------------------------------------------------------------------------------------------
# Accounts of this machine. Who may come in: everybody in the group "learners"; instructors see the hub's own page.
c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {"learners"}
c.PAMAuthenticator.admin_groups = {"instructors"}

# --- their servers ----------------------------------------------------------------------------------------------------
has_systemd = shutil.which("systemctl") and importlib.util.find_spec("systemdspawner")
if has_systemd:
    c.JupyterHub.spawner_class = "systemdspawner.SystemdSpawner"
    c.SystemdSpawner.isolate_tmp = True
    c.SystemdSpawner.isolate_devices = True
    c.SystemdSpawner.disable_user_sudo = True
    c.SystemdSpawner.readonly_paths = [str(COURSE)]
else:
    print("systemdspawner isn't there: servers run as plain processes, and nothing limits their memory.")
    c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"
c.Spawner.mem_limit, c.Spawner.mem_guarantee = MEMORY, PROMISED
c.Spawner.cpu_limit = 1.0

# start.sh lays the notebooks, with the learner's own rights. -P: a learner's file must not pass for a module of Python.
c.Spawner.cmd = [str(COURSE / "class" / "hub" / "start.sh"), sys.executable, "-P", "-m", "jupyterhub.singleuser"]
c.Spawner.args = [
    # Without it the pictures of sliders wait up to 40 ms on their way to the browser.
    "--ServerApp.kernel_websocket_connection_class=unmasked.course.server.PromptConnection",
    # Kernels and server talk through files: of many users' kernels, one now and then found its port taken.
    "--KernelManager.transport=ipc",
    "--MappingKernelManager.cull_idle_timeout=3600",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
]
c.Spawner.notebook_dir = "~"
c.Spawner.default_url = "/lab/tree/unmasked/00_start.ipynb"
c.Spawner.environment = SETTINGS | {
    "PATH": f"{COURSE / '.venv' / 'bin'}:/usr/local/bin:/usr/bin:/bin",
    # The path of such a file may have 107 characters, and Jupyter's own folder is deep in the home.
    "JUPYTER_RUNTIME_DIR": lambda spawner: os.path.expanduser(f"~{spawner.user.name}/.jupyter-run"),
    "UNMASKED_HOME": lambda spawner: os.path.expanduser(f"~{spawner.user.name}/.unmasked"),
}
c.Spawner.start_timeout = c.Spawner.http_timeout = 120  # thirty people who start at once need more than 30 s

# --- those that nobody uses -------------------------------------------------------------------------------------------
if importlib.util.find_spec("jupyterhub_idle_culler"):
    c.JupyterHub.load_roles = [
        {
            "name": "idle-culler",
            "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
            "services": ["idle-culler"],
        }
    ]
    c.JupyterHub.services = [
        {"name": "idle-culler", "command": [sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={IDLE}"]}
    ]
