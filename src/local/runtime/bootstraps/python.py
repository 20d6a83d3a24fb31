"""Runs a Python function behind the Lambda Runtime API, as AWS's own runtime does.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""
import http.client
import importlib
import json
import logging
import os
import sys
import time
import traceback
from datetime import datetime, timezone

API = "/2018-06-01/runtime"
TASK_ROOT = os.environ["LAMBDA_TASK_ROOT"]
TOKEN = os.environ.pop("_SLSCTL_FRAME")
HOST = os.environ["AWS_LAMBDA_RUNTIME_API"]
NBSP = "\u00a0"

# One stream keeps prints, errors and native output in the order in which they were written.
os.dup2(1, 2)
stdout = open(1, "w", encoding="utf-8", errors="backslashreplace", buffering=1, newline="\n", closefd=False)
sys.stdout = sys.stderr = stdout


def frame(**fields):
    """Tells the local AWS something between the lines of the function's own output."""
    stdout.write("\0" + TOKEN + json.dumps(fields) + "\n")
    stdout.flush()


def max_memory():
    """Kilobytes; None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


class LambdaLoggerHandler(logging.Handler):
    def emit(self, record):
        frame(log=self.format(record))


class LambdaFormatter(logging.Formatter):
    converter = time.gmtime

    def format(self, record):
        record.aws_request_id = Context.current_id
        return super().format(record) + "\n"


def set_up_logging():
    handler = LambdaLoggerHandler()
    handler.setFormatter(
        LambdaFormatter(
            "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S"
        )
    )
    logging.root.addHandler(handler)


class Identity:
    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")

    def __init__(self, fields):
        self.cognito_identity_id = fields.get("cognitoIdentityId")
        self.cognito_identity_pool_id = fields.get("cognitoIdentityPoolId")


class Client:
    def __init__(self, fields):
        self.installation_id = fields.get("installation_id")
        self.app_title = fields.get("app_title")
        self.app_version_name = fields.get("app_version_name")
        self.app_version_code = fields.get("app_version_code")
        self.app_package_name = fields.get("app_package_name")


class ClientContext:
    def __init__(self, fields):
        self.custom = fields.get("custom")
        self.env = fields.get("env")
        self.client = Client(fields["client"]) if fields.get("client") else None


class Context:
    """https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

    current_id = ""

    def __init__(self, headers):
        self.aws_request_id = Context.current_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = Identity(json.loads(headers.get("Lambda-Runtime-Cognito-Identity") or "{}"))
        client_context = headers.get("Lambda-Runtime-Client-Context")
        self.client_context = ClientContext(json.loads(client_context)) if client_context else None
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(self._deadline - int(time.time() * 1000), 0)

    def log(self, message):
        frame(log=str(message))


class HandlerProblem(Exception):
    """The handler cannot be loaded; `error_type` is what Lambda calls it."""

    def __init__(self, error_type, message, stack=()):
        super().__init__(message)
        self.error_type = error_type
        self.stack = list(stack)


def load(handler):
    module_name, dot, function_name = handler.rpartition(".")
    if not dot:
        raise HandlerProblem(
            "Runtime.MalformedHandlerName", f"Bad handler '{handler}': not enough values to unpack (expected 2, got 1)"
        )
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise HandlerProblem("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}")
    except SyntaxError as error:
        place = f'  File "{shown(error.filename or "")}" Line {error.lineno}\n    {error.text or ""}'
        raise HandlerProblem(
            "Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error.msg} ({os.path.basename(error.filename or '')}, line {error.lineno})", [place]
        )
    try:
        return getattr(module, function_name)
    except AttributeError:
        raise HandlerProblem(
            "Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'"
        )


def shown(path):
    """Stack traces name files as on Lambda."""
    return path.replace(TASK_ROOT, "/var/task").replace("\\", "/") if path.startswith(TASK_ROOT) else path


def stack_of(error):
    lines = []
    for entry in traceback.extract_tb(error.__traceback__):
        if entry.filename == __file__ or entry.filename.startswith("<frozen importlib"):
            continue
        text = f'  File "{shown(entry.filename)}", line {entry.lineno}, in {entry.name}\n'
        lines.append(text + (f"    {entry.line}\n" if entry.line else ""))
    return lines


def failure(error, request_id):
    if isinstance(error, HandlerProblem):
        error_type, stack = error.error_type, error.stack
    else:
        error_type, stack = type(error).__name__, stack_of(error)
    return {"errorMessage": str(error), "errorType": error_type, "requestId": request_id, "stackTrace": stack}


def log_failure(fields):
    text = f"[ERROR] {fields['errorType']}: {fields['errorMessage']}"
    if fields["stackTrace"]:
        lines = "".join(fields["stackTrace"]).splitlines()
        indented = [NBSP * (len(line) - len(line.lstrip(" "))) + line.lstrip(" ") for line in lines]
        text += "\nTraceback (most recent call last):\n" + "\n".join(indented)
    frame(log=text + "\n")


def to_json(value):
    def more(item):
        if type(item).__name__ == "Decimal":
            return float(item)
        raise TypeError(f"Object of type {type(item).__name__} is not JSON serializable")

    try:
        return json.dumps(value, default=more, ensure_ascii=sys.version_info < (3, 12)).encode()
    except Exception as error:
        raise HandlerProblem("Runtime.MarshalError", f"Unable to marshal response: {error}")


connection = http.client.HTTPConnection(HOST)


def call(method, path, body=None, headers={}):
    connection.request(method, API + path, body, headers)
    response = connection.getresponse()
    return response, response.read()


def post_failure(path, fields):
    headers = {"Content-Type": "application/json", "Lambda-Runtime-Function-Error-Type": fields["errorType"]}
    call("POST", path, json.dumps(fields).encode(), headers)


def end_of(request_id):
    frame(end=request_id, maxMemory=max_memory())


def handle(handler, response, body):
    request_id = response.headers["Lambda-Runtime-Aws-Request-Id"]
    trace = response.headers.get("Lambda-Runtime-Trace-Id")
    if trace:
        os.environ["_X_AMZN_TRACE_ID"] = trace
    try:
        result = to_json(handler(json.loads(body), Context(response.headers)))
    except Exception as error:
        fields = failure(error, request_id)
        log_failure(fields)
        end_of(request_id)
        post_failure(f"/invocation/{request_id}/error", fields)
        return
    end_of(request_id)
    call("POST", f"/invocation/{request_id}/response", result, {"Content-Type": "application/json"})


def main():
    set_up_logging()
    sys.path.insert(0, TASK_ROOT)
    try:
        handler = load(os.environ["_HANDLER"])
    except Exception as error:
        fields = failure(error, "")
        log_failure(fields)
        frame(init=False)
        post_failure("/init/error", fields)
        sys.exit(1)
    frame(init=True, version=".".join(map(str, sys.version_info[:3])))
    while True:
        response, body = call("GET", "/invocation/next")
        if response.status != 200:
            sys.exit(1)
        handle(handler, response, body)


if __name__ == "__main__":
    try:
        main()
    except (ConnectionError, http.client.HTTPException, KeyboardInterrupt):
        # The local AWS is gone, and with it whoever would want an answer.
        os._exit(0)
