// Distributions: CloudFront runs a version of the function at its edge locations.
import type { TriggerValues } from '../../config/triggers/all.ts';
import { DeclaredAlias } from '../alias/alias.ts';
import { DeclaredAssociation, distributionCalls, EdgeAssociation } from './distribution/association.ts';
import type { EdgePlace } from './distribution/calls.ts';
import { limitsFor } from './distribution/limits.ts';
import type { Entry, TriggerKind } from './kind.ts';

type Declared = TriggerValues['edge'];

const placeOf = ({ declared }: Pick<Entry<Declared>, 'declared'>): EdgePlace => ({
  distribution: declared.distribution.replace(/^.*\//, ''),
  behavior: declared.behavior,
  eventType: declared.eventType,
});

const keyOf = ({ distribution, behavior = '', eventType }: EdgePlace): string =>
  `${distribution} ${behavior} ${eventType}`;

export const edge: TriggerKind<Declared> = {
  resources(entries, { aws, host, owner, config, places }) {
    return entries.map((entry) => {
      const { declared, qualifier, index } = entry;
      const needs = places.callable(qualifier);
      return new DeclaredAssociation(aws, host, {
        ...{ ...placeOf(entry), qualifier, index, owner, key: config.key, needs },
        includeBody: declared.includeBody,
        alias: needs.find((one) => one instanceof DeclaredAlias),
        limits: limitsFor(config.settings, declared.eventType),
      });
    });
  },
  /** Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-permissions.html */
  rolePrincipal: 'edgelambda.amazonaws.com',
  /** CloudFront adds its statements itself. The distributions say which functions they run. */
  async every(aws, host) {
    const { associationsOf } = await distributionCalls();
    const found = await associationsOf(aws, host.name);
    return found.map((place) => new EdgeAssociation(aws, host, { ...place, qualifier: undefined }));
  },
  async leftBehind(entries, { aws, host }) {
    const { associationsOf } = await distributionCalls();
    const declared = entries.map((entry) => keyOf(placeOf(entry)));
    const found = await associationsOf(aws, host.name);
    return found
      .filter((place) => !declared.includes(keyOf(place)))
      .map((place) => new EdgeAssociation(aws, host, { ...place, qualifier: undefined }));
  },
};
