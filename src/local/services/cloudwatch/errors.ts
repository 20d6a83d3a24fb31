// What CloudWatch says of requests that it does not take.
import { ServiceFault } from '../../service-error.ts';

export const invalid = (message: string) => new ServiceFault('ValidationError', message);

export const notHere = (what: string) =>
  new ServiceFault('UnsupportedOperationException', `${what} is not supported locally (slsctl local)`, 501);
