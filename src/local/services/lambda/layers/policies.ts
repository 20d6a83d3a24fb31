// The permissions of other accounts on layer versions.

import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-lambda';
import type { Call } from '../../../call.ts';
import { partitionOf } from '../../../partition.ts';
import type { Handlers } from '../../../service.ts';
import { conflict, notFound, preconditionFailed } from '../errors.ts';
import type { LayerRecord, LayerStatement } from '../records.ts';
import { keyOf, type LambdaState } from '../state.ts';
import { Violations } from '../violations.ts';
import { findLayer, parseLayer } from './layers.ts';

export const layerPolicies: Handlers<typeof sdk, LambdaState> = {
  AddLayerVersionPermission(input, { state, call }) {
    const { LayerName, VersionNumber, StatementId = '', Action = '', Principal = '' } = input;
    const { OrganizationId, RevisionId } = input;
    new Violations()
      .length(StatementId, 'statementId', 100, 1)
      .pattern(StatementId, 'statementId', '([a-zA-Z0-9-_]+)')
      .length(Action, 'action', 22)
      .pattern(Action, 'action', 'lambda:GetLayerVersion')
      .pattern(Principal, 'principal', '\\d{12}|\\*|arn:(aws[a-zA-Z-]*):iam::\\d{12}:root')
      .length(OrganizationId, 'organizationId', 34)
      .pattern(OrganizationId, 'organizationId', 'o-[a-z0-9]{10,32}')
      .refuse();
    const { layer, arn } = existing(state, call, LayerName, VersionNumber);
    checkRevision(layer, RevisionId);
    const statements = layer.policy?.statements ?? [];
    if (statements.some(({ Sid }) => Sid === StatementId)) {
      throw conflict(
        `The statement id (${StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      );
    }
    const statement: LayerStatement = {
      Sid: StatementId,
      Effect: 'Allow',
      Principal: /^\d{12}$/.test(Principal)
        ? { AWS: `arn:${partitionOf(call.region)}:iam::${Principal}:root` }
        : Principal === '*'
          ? '*'
          : { AWS: Principal },
      Action,
      Resource: arn,
      ...(OrganizationId ? { Condition: { StringEquals: { 'aws:PrincipalOrgID': OrganizationId } } } : {}),
    };
    const revisionId = setStatements(state, layer, [...statements, statement]);
    return { Statement: JSON.stringify(statement), RevisionId: revisionId };
  },

  RemoveLayerVersionPermission({ LayerName, VersionNumber, StatementId, RevisionId }, { state, call }) {
    new Violations()
      .length(StatementId, 'statementId', 100, 1)
      .pattern(StatementId, 'statementId', '([a-zA-Z0-9-_]+)')
      .refuse();
    const { layer } = existing(state, call, LayerName, VersionNumber);
    checkRevision(layer, RevisionId);
    const statements = layer.policy?.statements ?? [];
    const left = statements.filter(({ Sid }) => Sid !== StatementId);
    if (left.length === statements.length) {
      throw notFound(`Statement ${StatementId} is not found in resource policy.`);
    }
    setStatements(state, layer, left);
    return {};
  },

  GetLayerVersionPolicy({ LayerName, VersionNumber }, { state, call }) {
    const { policy } = existing(state, call, LayerName, VersionNumber).layer;
    if (!policy || policy.statements.length === 0) {
      throw notFound('No policy is associated with the given resource.');
    }
    const document = { Version: '2012-10-17', Id: 'default', Statement: policy.statements };
    return { Policy: JSON.stringify(document), RevisionId: policy.revisionId };
  },
};

function existing(
  state: LambdaState,
  call: Call,
  LayerName: string | undefined,
  VersionNumber: number | undefined,
): { layer: LayerRecord; arn: string } {
  const reference = parseLayer(LayerName, call);
  const layer = findLayer(state, call, reference, VersionNumber);
  const arn = `${reference.arn}:${VersionNumber}`;
  if (!layer) throw notFound(`Layer version ${arn} does not exist.`);
  return { layer, arn };
}

function checkRevision({ policy }: LayerRecord, revisionId: string | undefined): void {
  if (revisionId !== undefined && revisionId !== policy?.revisionId)
    throw preconditionFailed('GetLayerPolicy');
}

function setStatements(state: LambdaState, layer: LayerRecord, statements: LayerStatement[]): string {
  const revisionId = randomUUID();
  const policy = { revisionId, statements };
  state.layers.put(keyOf(layer, layer.name, String(layer.version)), { ...layer, policy });
  return revisionId;
}
