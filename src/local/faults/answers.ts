// The answers of a service that throttles, fails or is not available.
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
import type { FaultAnswers, Service } from '../service.ts';
import { ServiceError } from '../service-error.ts';

export function answerOf(kind: `${keyof FaultAnswers}`, service: Service): Error {
  return { ...common(service), ...service.faulty?.() }[kind];
}

/** The answers that services of one protocol share. */
function common({ protocol }: Service): FaultAnswers {
  const xml = protocol === 'query' || protocol === 'rest-xml';
  const throttling = xml ? 'Throttling' : 'ThrottlingException';
  const unavailable = xml ? 'ServiceUnavailable' : 'ServiceUnavailableException';
  return {
    throttle: new ServiceError(throttling, 'Rate exceeded', 400),
    500: new ServiceError(
      'InternalFailure',
      'The request processing has failed because of an unknown error.',
      500,
    ),
    503: new ServiceError(
      unavailable,
      'The request has failed due to a temporary failure of the server.',
      503,
    ),
  };
}
