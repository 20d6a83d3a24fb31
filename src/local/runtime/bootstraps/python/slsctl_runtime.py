"""Runs a Python function behind the Lambda Runtime API, as AWS's own runtime does.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

What is imported here is paid for by every start: modules that only some functions need come when they are needed.
"""
import os
import sys
import time
from _thread import allocate_lock

from slsctl_client import REQUEST_ID, RuntimeClient

TASK_ROOT = os.environ["LAMBDA_TASK_ROOT"]
TOKEN = os.environ.pop("_SLSCTL_FRAME").encode()
JSON_LOGS = os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"
FOLDER = os.path.dirname(__file__)
NBSP = "\u00a0"
WARNING = (
    "LAMBDA_WARNING: Unhandled exception. The most likely cause is an issue in the function code. However, in rare "
    "cases, a Lambda runtime update can cause unexpected function behavior. For functions using managed runtimes, "
    "runtime updates can be triggered by a function change, or can be applied automatically. To determine if the "
    "runtime has been updated, check the runtime version in the INIT_START log entry. If this error correlates with "
    "a change in the runtime version, you may be able to mitigate this error by temporarily rolling back to the "
    "previous runtime version. For more information, see "
    "https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html\r"
)

# One stream keeps prints and errors in the order in which they were written.
stdout = open(1, "w", encoding="utf-8", errors="backslashreplace", buffering=1, newline="\n", closefd=False)
sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = stdout
writing = allocate_lock()


class Current:
    """The invocation's data in log lines."""

    def __init__(self):
        self.request_id = ""
        self.tenant_id = None


current = Current()


def write_event(text):
    """Writes one log event of any number of lines."""
    stdout.flush()
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n")
    rest = memoryview(b"\0" + TOKEN + escaped.encode("utf-8", "backslashreplace") + b"\n")
    with writing:
        while rest:
            rest = rest[os.write(1, rest) :]


def own_module(name):
    """Imports a file of this folder, which is hidden from the function's own imports."""
    import importlib

    sys.path.insert(0, FOLDER)
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(FOLDER)


class LoggingHook:
    """Sets up `logging` when it is imported for the first time."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "logging":
            return None
        sys.meta_path.remove(LoggingHook)
        for finder in sys.meta_path:
            spec = finder.find_spec(name, path, target)
            if spec:
                break
        else:
            return None
        run = spec.loader.exec_module

        def exec_module(module):
            run(module)
            if hasattr(module, "Formatter"):
                own_module("slsctl_logging").set_up(module)

        spec.loader.exec_module = exec_module
        return spec


def timestamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def record_of(name, *fields):
    """A class of objects with these fields, which their repr shows."""

    def __init__(self, values):
        for field in fields:
            setattr(self, field, values.get(field))

    def __repr__(self):
        return f"{name}([" + ",".join(f"{field}={getattr(self, field)}" for field in fields) + "])"

    return type(name, (), {"__slots__": fields, "__init__": __init__, "__repr__": __repr__})


CognitoIdentity = record_of("CognitoIdentity", "cognito_identity_id", "cognito_identity_pool_id")
Client = record_of(
    "Client", "installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name"
)
ClientContext = record_of("ClientContext", "custom", "env", "client")


# The same in every context. They are read once, because `os.environ` decodes at each access.
OWN_CONTEXT = tuple(
    os.environ.get(f"AWS_LAMBDA_{name}")
    for name in ("LOG_GROUP_NAME", "LOG_STREAM_NAME", "FUNCTION_NAME", "FUNCTION_MEMORY_SIZE", "FUNCTION_VERSION")
)


class LambdaContext:
    """https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

    def __init__(self, headers):
        self.aws_request_id = headers[REQUEST_ID]
        (
            self.log_group_name, self.log_stream_name, self.function_name, self.memory_limit_in_mb, self.function_version
        ) = OWN_CONTEXT  # fmt: skip
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.tenant_id = headers.get("Lambda-Runtime-Aws-Tenant-Id")
        self.client_context = None
        fields = context_json(headers.get("Lambda-Runtime-Client-Context"), "Client Context")
        if fields is not None:
            self.client_context = ClientContext(fields)
            if self.client_context.client is not None:
                self.client_context.client = Client(self.client_context.client)
        fields = context_json(headers.get("Lambda-Runtime-Cognito-Identity"), "Cognito Identity") or {}
        self.identity = CognitoIdentity(
            {
                "cognito_identity_id": fields.get("cognitoIdentityId"),
                "cognito_identity_pool_id": fields.get("cognitoIdentityPoolId"),
            }
        )
        self._epoch_deadline_time_in_ms = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(self._epoch_deadline_time_in_ms - int(time.time() * 1000), 0)

    def log(self, msg):
        write_event(str(msg))

    def __repr__(self):
        shown_fields = (
            "aws_request_id", "log_group_name", "log_stream_name", "function_name", "memory_limit_in_mb",
            "function_version", "invoked_function_arn", "client_context", "identity", "tenant_id",
        )  # fmt: skip
        return "LambdaContext([" + ",".join(f"{field}={getattr(self, field)}" for field in shown_fields) + "])"


class Fault(Exception):
    """An error outside the function's own code; `error_type` is Lambda's name for it."""

    def __init__(self, error_type, message, stack=()):
        super().__init__(message)
        self.error_type = error_type
        self.stack = list(stack)


def context_json(text, what):
    if not text:
        return None
    import json

    try:
        return json.loads(text)
    except ValueError as error:
        raise Fault("Runtime.LambdaContextUnmarshalError", f"Unable to parse {what} JSON: {error}")


def load(handler):
    import importlib

    try:
        module_name, function_name = handler.rsplit(".", 1)
    except ValueError as error:
        raise Fault("Runtime.MalformedHandlerName", f"Bad handler '{handler}': {error}")
    try:
        if module_name.split(".")[0] in sys.builtin_module_names:
            raise Fault(
                "Runtime.BuiltInModuleConflict", f"Cannot use built-in module {module_name} as a handler module"
            )
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}")
    except SyntaxError as error:
        place = f'  File "{shown(error.filename or "")}" Line {error.lineno}\n    {error.text}'
        raise Fault("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}", [place])
    try:
        return getattr(module, function_name)
    except AttributeError:
        raise Fault("Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'")


NAMES = (
    (TASK_ROOT + os.sep, "/var/task/"),
    (os.path.dirname(os.__file__) + os.sep, "/var/lang/lib/python%d.%d/" % sys.version_info[:2]),
)


def shown(path):
    """The path of a file in stack traces, as on Lambda."""
    for real, name in NAMES:
        if path.startswith(real):
            return name + path[len(real) :].replace("\\", "/")
    return path


def shown_trace(text):
    for real, name in NAMES:
        text = text.replace(f'  File "{real}', f'  File "{name}')
    return text


def failure(error, request_id=""):
    if isinstance(error, Fault):
        error_type, stack = error.error_type, error.stack
    else:
        import traceback

        entries = traceback.extract_tb(error.__traceback__)
        while entries and entries[0].filename.startswith(FOLDER):
            entries.pop(0)
        error_type = type(error).__name__
        stack = traceback.format_list([(shown(at.filename), at.lineno, at.name, at.line) for at in entries])
    # The runtime of Python 3.8 is older than this field.
    known = {} if os.environ.get("AWS_EXECUTION_ENV") == "AWS_Lambda_python3.8" else {"requestId": request_id}
    return {"errorMessage": str(error), "errorType": error_type, **known, "stackTrace": stack}


def passes(*levels):
    """Whether an event is logged: the configured level is none of these higher levels."""
    return not JSON_LOGS or os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper() not in levels


def log_failure(fields):
    """Writes an event whose last line has no newline."""
    if not passes("FATAL", "CRITICAL"):
        return
    if JSON_LOGS:
        write_event(to_json({"timestamp": timestamp(time.time()), "level": "ERROR", **fields}))
        return
    message = fields["errorMessage"]
    lines = [f"[ERROR] {fields['errorType']}" + (f": {message}" if message else "")]
    lines.append("Traceback (most recent call last):")
    for line in "".join(text if text.endswith("\n") else text + "\n" for text in fields["stackTrace"]).splitlines():
        rest = line.lstrip(" ")
        lines.append(NBSP * (len(line) - len(rest)) + rest)
    write_event("\n".join(lines))


def to_json(value):
    """Like `json.dumps`; the encoder is created at the first call."""
    global to_json
    import json

    runtime = os.environ.get("AWS_EXECUTION_ENV", "").rpartition("python")[2]
    ensure_ascii = runtime in ("3.8", "3.9", "3.10", "3.11")
    to_json = json.JSONEncoder(default=plain, ensure_ascii=ensure_ascii).encode
    return to_json(value)


def plain(item):
    if type(item).__name__ == "Decimal" and type(item).__module__ == "decimal":
        if item.is_nan():
            return float("nan")
        return int(item) if item.as_tuple().exponent == 0 else float(item)
    raise TypeError(f"Object of type {type(item).__name__} is not JSON serializable")


def marshal(response):
    if isinstance(response, bytes):
        return response
    try:
        return to_json(response).encode()
    except Exception as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}")


def unmarshal(body):
    """Like `json.loads`, but faster for a single value in UTF-8."""
    global unmarshal
    import json

    scan = json.JSONDecoder().scan_once

    def unmarshal(body):
        try:
            text = body.decode()
            value, end = scan(text, 0)
            if end == len(text):
                return value
        except Exception:
            pass
        try:
            return json.loads(body)
        except Exception as error:
            raise Fault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}")

    return unmarshal(body)


def error_type(fields):
    return b"Lambda-Runtime-Function-Error-Type: " + fields["errorType"].encode("ascii", "replace") + b"\r\n"


def handle(client, handler, headers, event):
    """Runs the handler, and returns the request that answers the invocation."""
    request_id = current.request_id = headers[REQUEST_ID]
    current.tenant_id = headers.get("Lambda-Runtime-Aws-Tenant-Id")
    os.environ["_X_AMZN_TRACE_ID"] = headers.get("Lambda-Runtime-Trace-Id", "")
    path = b"/invocation/" + request_id.encode()
    try:
        context = LambdaContext(headers)
        return client.post(path + b"/response", marshal(handler(unmarshal(event), context)))
    except Exception as error:
        fields = failure(error, request_id)
        if passes("ERROR", "FATAL", "CRITICAL"):
            write_event(WARNING)
        log_failure(fields)
        return client.post(path + b"/error", to_json(fields).encode(), error_type(fields))


def give_way():
    """On Linux: a wake-up of this process or its children must not interrupt the busy server."""
    try:
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    except (AttributeError, OSError):
        pass


def main():
    give_way()
    client = RuntimeClient(os.environ["AWS_LAMBDA_RUNTIME_API"])
    sys.meta_path.insert(0, LoggingHook)
    sys.path[0] = TASK_ROOT
    try:
        handler = load(os.environ["_HANDLER"])
    except Exception as error:
        import logging

        fields = failure(error)
        logging.warning(WARNING)
        log_failure(fields)
        client.send(client.post(b"/init/error", to_json(fields).encode(), error_type(fields)))
        client.receive()
        sys.exit(1)
    stdout.flush()
    client.send(client.next_request)
    # Imported while the first event is on its way.
    import json  # noqa: F401

    while True:
        answer = handle(client, handler, *client.next())
        stdout.flush()
        client.send(answer + client.next_request)
