// The errors of API Gateway, in AWS's words.
import {
  BadRequestException,
  ConflictException,
  LimitExceededException,
  NotFoundException,
  TooManyRequestsException,
} from '@aws-sdk/client-api-gateway';
import { ServiceError } from '../../service-error.ts';

const $metadata = {};

export const badRequest = (message: string) => new BadRequestException({ message, $metadata });
export const notFound = (message: string) => new NotFoundException({ message, $metadata });
export const conflict = (message: string) => new ConflictException({ message, $metadata });
export const limitExceeded = (message: string) => new LimitExceededException({ message, $metadata });
export const throttled = () => new TooManyRequestsException({ message: 'Rate exceeded', $metadata });

/** A request that does not fit the model of the API. The model of the SDK has no such error. */
export const validation = (message: string) => new ServiceError('ValidationException', message);

export const noApi = (account: string, id: string) =>
  notFound(`Invalid API identifier specified ${account}:${id}`);
export const noResource = () => notFound('Invalid Resource identifier specified');
export const noMethod = () => notFound('Invalid Method identifier specified');
export const noIntegration = () => notFound('Invalid Integration identifier specified');
export const noStatusCode = () => notFound('Invalid Response status code specified');
export const noStage = () => notFound('Invalid Stage identifier specified');
export const noDeployment = () => notFound('Invalid Deployment identifier specified');
export const noParameter = () => notFound('Invalid parameter name specified');
export const noContentType = () => notFound('Content-Type specified was not found');
export const concurrent = () =>
  conflict('Unable to complete operation due to concurrent modification. Please try again later.');

export const badPath = (path: string | undefined) => badRequest(`Invalid patch path ${path ?? null}`);
export const onlyReplace = () => badRequest('Invalid patch operation specified. Must be one of: [replace]');
