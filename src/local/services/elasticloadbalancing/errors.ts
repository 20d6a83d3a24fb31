// The errors of Elastic Load Balancing, in AWS's words.
import {
  DuplicateTargetGroupNameException,
  ListenerNotFoundException,
  LoadBalancerNotFoundException,
  PriorityInUseException,
  ResourceInUseException,
  RuleNotFoundException,
  TargetGroupNotFoundException,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ServiceError } from '../../service-error.ts';

const $metadata = {};

export const invalid = (message: string) => new ServiceError('ValidationError', message);

export const noLoadBalancer = (names: string) =>
  new LoadBalancerNotFoundException({ message: `Load balancers '[${names}]' not found`, $metadata });
export const noListener = () =>
  new ListenerNotFoundException({ message: 'One or more listeners not found', $metadata });
export const noRule = () => new RuleNotFoundException({ message: 'One or more rules not found', $metadata });
export const noTargetGroup = () =>
  new TargetGroupNotFoundException({ message: 'One or more target groups not found', $metadata });

export const priorityInUse = (priority: number) =>
  new PriorityInUseException({ message: `Priority '${priority}' is currently in use`, $metadata });

export const groupInUse = (arn: string) =>
  new ResourceInUseException({
    message: `Target group '${arn}' is currently in use by a listener or a rule`,
    $metadata,
  });

export const groupDiffers = (name: string) =>
  new DuplicateTargetGroupNameException({
    message: `A target group with the same name '${name}' exists, but with different settings`,
    $metadata,
  });

export const mayNotInvoke = (functionArn: string, groupArn: string) =>
  new ServiceError(
    'AccessDenied',
    `elasticloadbalancing principal does not have permission to invoke ${functionArn} from target group ${groupArn}`,
    403,
  );
