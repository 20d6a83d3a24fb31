// The errors of CloudWatch, in AWS's words.
import { ServiceError } from '../../service-error.ts';

export const invalid = (message: string) => new ServiceError('ValidationError', message);

export const notHere = (what: string) =>
  new ServiceError('UnsupportedOperationException', `${what} is not supported locally (slsctl local)`, 501);
