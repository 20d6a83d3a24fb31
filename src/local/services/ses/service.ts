// The local SES: sets of receipt rules, as far as bindings of functions need them. It receives and sends no mail.
import * as sdk from '@aws-sdk/client-ses';
import type { Service, ServiceHost } from '../../service.ts';
import { ruleSets } from './rule-sets.ts';
import { rules } from './rules.ts';
import { createSesState, type SesState } from './state.ts';

export function createSesService(host: ServiceHost): Service<typeof sdk, SesState> {
  return {
    name: 'ses',
    protocol: 'query',
    apiVersion: '2010-12-01',
    namespace: 'http://ses.amazonaws.com/doc/2010-12-01/',
    sdk,
    handlers: { ...ruleSets, ...rules },
    state: createSesState(host),
  };
}
