// What the kinds of event source mappings have in common. Each kind says what its source is.
import type { Aws } from '../../../aws/aws.ts';
import type { Qualifier } from '../../../config/qualifiers.ts';
import type { TriggerKindName } from '../../../config/triggers/all.ts';
import { withoutDefaults } from '../../../config/without-defaults.ts';
import { qualifiersOf } from '../../alias/list.ts';
import type { FunctionResource } from '../../function/function-resource.ts';
import { foreignTags, tagsOf } from '../../owned/ownership.ts';
import type { RoleStatement } from '../../role/grants.ts';
import { sendStatements } from '../../role/grants.ts';
import type { Things } from '../../things/things.ts';
import type { TriggerKind } from '../kind.ts';
import { type Mapping, mappingsAt, tagsOfMapping } from './live.ts';
import { DeclaredMapping, MappingResource } from './resource.ts';
import { declarationOf, type Settings, settingsOf } from './settings.ts';
import type { MappingSource } from './source.ts';

/** An entry in its long form, with the names of slsctl.yml. */
type Long = Record<string, unknown>;

export interface MappingKind<Declared> {
  readonly name: TriggerKindName;
  /** AWS's defaults for members that every kind of source has, or only this one. */
  readonly defaults: Settings;
  /** Members for a new mapping where slsctl.yml says nothing. */
  readonly initial?: Settings;
  /** The entry without the members that name the source, and the source. */
  parse(declared: Declared, things: Things): { source: MappingSource; members: Long };
  /** Whether the mapping has a source of this kind. */
  recognizes(mapping: Mapping): boolean;
  /** The members that name the source, in the API's spelling, as slsctl.yml has them. `name`: an ARN of this account and region as a name. */
  sourceFields(mapping: Mapping, name: (arn: string) => string): Record<string, unknown>;
  /** The source in names. */
  label(mapping: Mapping): string;
  /** What the role needs to read the source. */
  statements(source: MappingSource, declared: Declared, things: Things): RoleStatement[];
}

export function mappingKind<Declared>(of: MappingKind<Declared>): TriggerKind<Declared> {
  const key = `${of.name.charAt(0).toUpperCase()}${of.name.slice(1)}`;
  const statementsOf = (declared: Declared, things: Things): RoleStatement[] => {
    const { source, members } = of.parse(declared, things);
    const { DestinationConfig } = declarationOf(members).settings;
    return [
      ...of.statements(source, declared, things),
      ...sendStatements(sidOf(of.name, `${source.label}Failures`), DestinationConfig?.OnFailure?.Destination),
    ];
  };
  const found = (aws: Aws, host: FunctionResource, qualifier: Qualifier, mapping: Mapping) =>
    new MappingResource(aws, host, {
      trigger: of.name,
      from: of.label(mapping),
      qualifier,
      uuid: mapping.UUID ?? '',
      entry: (live) => entryOf(live, host.arn),
    });
  const entryOf = (live: Mapping, functionArn = ''): Record<string, unknown> => {
    const [, , , region, account] = functionArn.split(':');
    const isNear = (arn: string) => arn.split(':')[3] === region && arn.split(':')[4] === account;
    const name = (arn: string) => (isNear(arn) ? (arn.split(':').slice(5).join(':') ?? arn) : arn);
    const said = withoutDefaults(settingsOf(live), of.defaults) as object;
    const Enabled = live.State?.startsWith('Disabl') ? { Enabled: false } : {};
    return { [key]: { ...said, ...of.sourceFields(live, name), ...Enabled } };
  };

  return {
    resources(entries, { aws, host, owner, config, places, things, role }) {
      const parsed = entries.map((entry) => ({ entry, ...of.parse(entry.declared, things) }));
      const everywhere: Qualifier[] = [undefined, ...places.aliases];
      return parsed.map(({ entry, source, members }) => {
        const { qualifier, index, declared } = entry;
        return new DeclaredMapping(aws, host, {
          ...{ trigger: of.name, source, qualifier, index, owner, role },
          key: config.key,
          declaration: declarationOf(members),
          defaults: of.defaults,
          initial: of.initial ?? {},
          elsewhere: everywhere.filter((other) => other !== qualifier),
          isDeclaredAt: (other) =>
            parsed.some((one) => one.entry.qualifier === other && one.source.label === source.label),
          tags: tagsOf(owner, config.tags),
          timeout: config.settings.Timeout ?? host.configuration?.Timeout,
          statements: statementsOf(declared, things),
          entry: (live) => entryOf(live, host.arn),
          needs: [...places.needs(qualifier), ...role.needs, ...source.needs],
        });
      });
    },

    roleStatements: ({ declared }, things) => statementsOf(declared, things),

    async every(aws, host) {
      const qualifiers = await qualifiersOf(aws, host.name);
      const lists = await Promise.all(
        qualifiers.map(async (qualifier) => {
          const mappings = await mappingsAt(aws, host.name, qualifier);
          return mappings.filter(of.recognizes).map((one) => found(aws, host, qualifier, one));
        }),
      );
      return lists.flat();
    },

    async leftBehind(entries, { aws, host, owner, things, qualifiers }) {
      const lists = await Promise.all(
        qualifiers.map(async (qualifier) => {
          const mappings = await mappingsAt(aws, host.name, qualifier);
          return mappings.filter(of.recognizes).map((mapping) => ({ mapping, qualifier }));
        }),
      );
      const live = lists.flat();
      const declared = entries.map((entry) => ({
        ...entry,
        source: of.parse(entry.declared, things).source,
      }));
      const isLeft = ({ mapping, qualifier }: (typeof live)[number]) =>
        !declared.some((entry) => {
          if (!entry.source.isOf(mapping)) return false;
          // A mapping of another place moves to the declared one, unless there is one.
          const isThere = live.some(
            (one) => one.qualifier === entry.qualifier && entry.source.isOf(one.mapping),
          );
          return entry.qualifier === qualifier || !isThere;
        });
      const left = live.filter(isLeft);
      const own = await Promise.all(
        left.map(async ({ mapping }) => foreignTags(owner, await tagsOfMapping(aws, mapping)) === undefined),
      );
      return left
        .filter((_, index) => own[index])
        .map(({ mapping, qualifier }) => found(aws, host, qualifier, mapping));
    },
  };
}

/** The id of a statement of the role: letters and digits only, the same for the same source. */
export function sidOf(kind: string, label: string): string {
  const words = [kind, ...label.split(/[^A-Za-z0-9]+/)].filter(Boolean);
  return words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join('');
}
