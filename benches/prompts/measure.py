"""A shell that draws prompts on demand, and how long it took."""

import os
import pty
import select
import shutil
import signal
import tempfile
import termios
import threading
import time

from shells import LOOPS, start_file, words

TICK = os.sysconf("SC_CLK_TCK")


class Drawer:
    """A shell on a pseudo-terminal with this start file. `before`: words of a program that runs the shell."""

    def __init__(self, shell, start, folder, world, before=()):
        self.place = tempfile.mkdtemp(prefix="assume-bench-")
        self.at = os.path.join(world.home, folder)
        os.makedirs(self.at, exist_ok=True)
        self.into, self.out = os.path.join(self.place, "in"), os.path.join(self.place, "out")
        os.mkfifo(self.into)
        os.mkfifo(self.out)
        name, variables = start_file(shell)
        file = os.path.join(self.place, name)
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, "w", encoding="utf-8") as written:
            written.write(start + LOOPS[shell] + "bench_serve\n")
        variables = {key: os.path.join(self.place, value) for key, value in variables.items()}
        environment = {**world.variables(os.environ["PATH"].split(os.pathsep)), **variables}
        environment |= {"BENCH_IN": self.into, "BENCH_OUT": self.out, "TERM": "xterm-256color", "COLUMNS": "100"}
        # The settings of assume are those of its own HOME, whatever the shell reads.
        environment["ASSUME_CONFIG"] = world.path(".config/assume/config.toml")
        command = [*before, *words(shell, self.place)]
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(self.at)
            os.execve(command[0], command, environment)
        termios.tcsetwinsize(self.terminal, (24, 100))
        self.said = b""
        threading.Thread(target=self.listen, daemon=True).start()
        self.draw(1, limit=120)

    def listen(self):
        """What a shell writes has to be read, or it stops."""
        try:
            while text := os.read(self.terminal, 65536):
                self.said = (self.said + text)[-4096:]
        except OSError:
            pass

    def draw(self, prompts, limit=60):
        """So many prompts: seconds by the clock."""
        answer = os.open(self.out, os.O_RDONLY | os.O_NONBLOCK)
        begun = time.perf_counter()
        self.ask(prompts, limit)
        poll = select.poll()
        poll.register(answer, select.POLLIN)
        if not poll.poll(limit * 1000):
            raise TimeoutError(f"no prompts from:\n{self.said.decode(errors='replace')}")
        took = time.perf_counter() - begun
        # To its end, or the next reader would find what is left.
        os.set_blocking(answer, True)
        while os.read(answer, 64):
            pass
        os.close(answer)
        return took

    def ask(self, prompts, limit):
        end = time.monotonic() + limit
        while True:
            try:
                pipe = os.open(self.into, os.O_WRONLY | os.O_NONBLOCK)
                break
            except OSError:
                if time.monotonic() > end:
                    raise TimeoutError(f"the shell does not come to its loop:\n{self.said.decode(errors='replace')}") from None
                time.sleep(0.001)
        os.write(pipe, f"{prompts}\n".encode())
        os.close(pipe)

    def cpu(self):
        """Seconds of this shell and of what it has waited for, when it is idle."""
        end = time.monotonic() + 5
        while (fields := self.stat())[0] == "R" and time.monotonic() < end:
            time.sleep(0.0005)
        own = 0
        for task in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{task}/schedstat", encoding="ascii") as file:
                own += int(file.read().split()[0])
        return own / 1e9, (int(fields[13]) + int(fields[14])) / TICK

    def stat(self):
        with open(f"/proc/{self.pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(") ", 1)[1].split()

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)
        shutil.rmtree(self.place, ignore_errors=True)
