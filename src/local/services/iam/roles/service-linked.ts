// Service-linked roles: services create them for themselves, in a path of their own.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-iam';
import type { Handlers } from '../../../service.ts';
import { invalidInput, noSuchEntity } from '../errors.ts';
import { checkedDescription } from '../names.ts';
import { entityArn, entityKey, type IamState, now, type RoleRecord } from '../state.ts';
import { uniqueId } from '../unique-id.ts';
import { roleNamed, shownRole } from './roles.ts';

/** The name after `AWSServiceRoleFor`, by service. */
const names: Readonly<Record<string, string>> = {
  'autoscaling.amazonaws.com': 'AutoScaling',
  'cloudtrail.amazonaws.com': 'CloudTrail',
  'config.amazonaws.com': 'Config',
  'dynamodb.application-autoscaling.amazonaws.com': 'ApplicationAutoScaling_DynamoDBTable',
  'ecs.amazonaws.com': 'ECS',
  'eks.amazonaws.com': 'AmazonEKS',
  'elasticache.amazonaws.com': 'ElastiCache',
  'elasticfilesystem.amazonaws.com': 'AmazonElasticFileSystem',
  'elasticloadbalancing.amazonaws.com': 'ElasticLoadBalancing',
  'es.amazonaws.com': 'AmazonElasticsearchService',
  'kafka.amazonaws.com': 'Kafka',
  'lambda.application-autoscaling.amazonaws.com': 'ApplicationAutoScaling_LambdaConcurrency',
  'mq.amazonaws.com': 'AmazonMQ',
  'opensearchservice.amazonaws.com': 'AmazonOpenSearchService',
  'ops.apigateway.amazonaws.com': 'APIGateway',
  'organizations.amazonaws.com': 'Organizations',
  'rds.amazonaws.com': 'RDS',
  'replicator.lambda.amazonaws.com': 'LambdaReplicator',
  'ssm.amazonaws.com': 'AmazonSSM',
  'support.amazonaws.com': 'Support',
  'trustedadvisor.amazonaws.com': 'TrustedAdvisor',
};

/** Services that may have several roles, distinguished by a suffix. */
const suffixed = new Set(['autoscaling.amazonaws.com', 'connect.amazonaws.com', 'lexv2.amazonaws.com']);

const trustOf = (service: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: [service] } }],
  });

/** A service that is not in the list is named after the first part of its principal. */
const defaultName = (service: string): string => {
  const [first = ''] = service.split('.');
  return first.charAt(0).toUpperCase() + first.slice(1);
};

export const serviceLinkedRoles: Handlers<typeof sdk, IamState> = {
  CreateServiceLinkedRole({ AWSServiceName = '', Description, CustomSuffix }, { call, state }) {
    const { account } = call;
    if (!/^[a-z0-9.-]+\.amazonaws\.com$/.test(AWSServiceName)) {
      throw invalidInput(`Service principal ${AWSServiceName} is not valid.`);
    }
    if (CustomSuffix !== undefined && !suffixed.has(AWSServiceName)) {
      throw invalidInput(`Custom suffix is not allowed for ${AWSServiceName}`);
    }
    const suffix = CustomSuffix === undefined ? '' : `_${CustomSuffix}`;
    const name = `AWSServiceRoleFor${names[AWSServiceName] ?? defaultName(AWSServiceName)}${suffix}`;
    const description = checkedDescription(Description);
    if (state.roles.get(entityKey(account, name))) {
      throw invalidInput(
        `Service role name ${name} has been taken in this account, please try a different suffix.`,
      );
    }
    const path = `/aws-service-role/${AWSServiceName}/`;
    const role: RoleRecord = {
      name,
      path,
      arn: entityArn(call, 'role', path, name),
      id: uniqueId('AROA'),
      created: now(),
      trust: trustOf(AWSServiceName),
      maxSession: 3600,
      tags: [],
      attached: [],
      inline: [],
      ...(description && { description }),
    };
    state.roles.put(entityKey(account, name), role);
    return { Role: shownRole(role) };
  },

  DeleteServiceLinkedRole({ RoleName }, { call: { account }, state }) {
    const { name, path } = roleNamed(state, account, RoleName);
    if (!path.startsWith('/aws-service-role/')) {
      throw invalidInput(`${name} is not a service-linked role.`);
    }
    state.roles.remove(entityKey(account, name));
    return { DeletionTaskId: `task${path}${name}/${randomUUID()}` };
  },

  GetServiceLinkedRoleDeletionStatus({ DeletionTaskId = '' }) {
    if (!/^task\/aws-service-role\/[^/]+\/[^/]+\/[0-9a-f-]{36}$/.test(DeletionTaskId)) {
      throw noSuchEntity(`Deletion task ${DeletionTaskId} cannot be found.`);
    }
    return { Status: 'SUCCEEDED' };
  },
};
