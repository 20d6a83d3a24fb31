// Names of environment variables that Lambda takes.

const reserved =
  /^(AWS_(REGION|DEFAULT_REGION|ACCESS_KEY|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|EXECUTION_ENV|LAMBDA_(FUNCTION_(NAME|VERSION|MEMORY_SIZE)|LOG_GROUP_NAME|LOG_STREAM_NAME|INITIALIZATION_TYPE|RUNTIME_API))|_HANDLER|_X_AMZN_TRACE_ID|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;

/** The problem with the name of an environment variable, as a sentence; undefined: there is none. */
export function variableNameProblem(name: string): string | undefined {
  if (reserved.test(name)) return 'is a name that Lambda reserves for itself';
  if (/^[a-zA-Z]\w+$/.test(name)) return undefined;
  return 'is not a valid name for Lambda; allowed: two or more letters, digits and _, with a letter first';
}
