"""Python's `logging` as on Lambda: one log event per record, as text or as JSON, from a level on."""
import os
import time

from slsctl_runtime import JSON_LOGS, current, shown, shown_trace, timestamp, write_event


def set_up(logging):
    class LambdaLoggerHandler(logging.Handler):
        def emit(self, record):
            write_event(self.format(record))

    class TextFormatter(logging.Formatter):
        def formatException(self, ei):
            return shown_trace(super().formatException(ei))

    class LambdaLoggerFilter(logging.Filter):
        def filter(self, record):
            record.aws_request_id = current.request_id
            record.tenant_id = current.tenant_id
            return True

    logging.Formatter.converter = time.gmtime
    handler = LambdaLoggerHandler()
    if JSON_LOGS:
        handler.setFormatter(json_formatter(logging))
    else:
        handler.setFormatter(
            TextFormatter(
                "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n", "%Y-%m-%dT%H:%M:%S"
            )
        )
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
    level = "DEBUG" if level == "TRACE" else level
    if level in ("DEBUG", "INFO", "WARN", "WARNING", "ERROR", "FATAL", "CRITICAL"):
        logging.root.setLevel(level)
    handler.addFilter(LambdaLoggerFilter())
    logging.root.addHandler(handler)


def json_formatter(logging):
    import json
    import traceback

    # The fields of every record; other fields were given as `extra`.
    own = set(logging.makeLogRecord({}).__dict__) | {"aws_request_id", "tenant_id", "taskName"}

    class JsonFormatter(logging.Formatter):
        def format(self, record):
            level = min(50, max(0, record.levelno)) // 10 * 10
            kind, error, trace = record.exc_info or (None, None, None)
            result = {
                "timestamp": timestamp(record.created),
                "level": logging.getLevelName(level),
                "message": record.getMessage(),
                "logger": record.name,
                "stackTrace": [shown_trace(text) for text in traceback.format_tb(trace)] if kind else None,
                "errorType": kind.__name__ if kind else None,
                "errorMessage": str(error) if kind else None,
                "requestId": record.aws_request_id,
                "location": f"{shown(record.pathname)}:{record.funcName}:{record.lineno}" if kind else None,
                "tenantId": record.tenant_id,
            }
            extra = {key: value for key, value in record.__dict__.items() if key not in own and key not in result}
            shown_fields = {key: value for key, value in {**result, **extra}.items() if value is not None}
            return json.dumps(shown_fields, ensure_ascii=False, default=str) + "\n"

    return JsonFormatter()
