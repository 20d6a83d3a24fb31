// DeleteParameter and DeleteParameters.
import type * as sdk from '@aws-sdk/client-ssm';
import type { Scope } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { Violations } from '../lambda/violations.ts';
import { notFound } from './errors.ts';
import { parameterKey, type SsmState, versionPrefix } from './state.ts';

export const deletion: Handlers<typeof sdk, SsmState> = {
  DeleteParameter({ Name = '' }, { state, call }) {
    new Violations().length(Name, 'name', 2048, 1).refuse();
    if (!remove(state, call, Name)) throw notFound();
    return {};
  },

  DeleteParameters({ Names = [] }, { state, call }) {
    new Violations().length(Names, 'names', 10, 1).refuse();
    const DeletedParameters: string[] = [];
    const InvalidParameters: string[] = [];
    for (const name of new Set(Names)) {
      (remove(state, call, name) ? DeletedParameters : InvalidParameters).push(name);
    }
    return { DeletedParameters, InvalidParameters };
  },
};

function remove(state: SsmState, scope: Scope, name: string): boolean {
  const key = parameterKey(scope, name);
  if (!state.parameters.get(key)) return false;
  state.parameters.remove(key);
  for (const [version] of [...state.versions.entries(versionPrefix(scope, name))])
    state.versions.remove(version);
  return true;
}
