// The errors of Step Functions, in AWS's words.
import {
  ActivityDoesNotExist,
  ConflictException,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidArn,
  InvalidDefinition,
  InvalidExecutionInput,
  InvalidName,
  InvalidOutput,
  InvalidToken,
  MissingRequiredParameter,
  ResourceNotFound,
  StateMachineAlreadyExists,
  StateMachineDoesNotExist,
  StateMachineTypeNotSupported,
  TaskTimedOut,
  ValidationException,
} from '@aws-sdk/client-sfn';
import { ServiceError } from '../../service-error.ts';

const $metadata = {};

export const noMachine = (arn: string) =>
  new StateMachineDoesNotExist({ message: `State Machine Does Not Exist: '${arn}'`, $metadata });
export const machineExists = (arn: string) =>
  new StateMachineAlreadyExists({ message: `State Machine Already Exists: '${arn}'`, $metadata });
export const wrongType = () =>
  new StateMachineTypeNotSupported({
    message: 'This operation is not supported by this type of state machine',
    $metadata,
  });
export const invalidDefinition = (reason: string) =>
  new InvalidDefinition({ message: `Invalid State Machine Definition: '${reason}'`, $metadata });
export const noExecution = (arn: string) =>
  new ExecutionDoesNotExist({ message: `Execution Does Not Exist: '${arn}'`, $metadata });
export const executionExists = (arn: string) =>
  new ExecutionAlreadyExists({ message: `Execution Already Exists: '${arn}'`, $metadata });
export const invalidInput = (reason: string) =>
  new InvalidExecutionInput({ message: `Invalid State Machine Execution Input: '${reason}'`, $metadata });
export const invalidOutput = (reason: string) =>
  new InvalidOutput({ message: `Invalid Output: '${reason}'`, $metadata });
export const invalidArn = (reason: string) =>
  new InvalidArn({ message: `Invalid Arn: '${reason}'`, $metadata });
export const invalidName = (name: string) =>
  new InvalidName({ message: `Invalid Name: '${name}'`, $metadata });
export const invalidToken = (reason = 'Invalid token') =>
  new InvalidToken({ message: `Invalid Token: '${reason}'`, $metadata });
export const taskTimedOut = () =>
  new TaskTimedOut({ message: "Task Timed Out: 'Provided task does not exist anymore'", $metadata });
export const missingParameter = (message: string) => new MissingRequiredParameter({ message, $metadata });
export const noResource = (arn: string) =>
  new ResourceNotFound({ message: `Resource not found: '${arn}'`, resourceName: arn, $metadata });
/** Without the name of the resource. */
export const noResourceAtAll = () =>
  new ResourceNotFound({ message: 'Request references a resource that does not exist.', $metadata });
export const noActivity = (arn: string) =>
  new ActivityDoesNotExist({ message: `Activity Does Not Exist: '${arn}'`, $metadata });
export const conflict = (message: string) => new ConflictException({ message, $metadata });
export const invalid = (
  message: string,
  reason?:
    | 'API_DOES_NOT_SUPPORT_LABELED_ARNS'
    | 'CANNOT_UPDATE_COMPLETED_MAP_RUN'
    | 'INVALID_ROUTING_CONFIGURATION'
    | 'MISSING_REQUIRED_PARAMETER',
) => new ValidationException({ message, $metadata, ...(reason === undefined ? {} : { reason }) });

/** A member that breaks the model. */
export const unsatisfied = (value: unknown, member: string, rule: string) =>
  invalid(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );

export const roleRefused = () =>
  new ServiceError(
    'AccessDeniedException',
    'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.',
  );
