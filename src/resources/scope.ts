// The scope of a command: the resources that take part, and the fields of a function that it compares and changes.
import type { Attachments } from '../config/attachments/all.ts';
import type { FunctionConfig } from '../config/project.ts';
import { triggerNames } from '../config/schema/field-names.ts';
import { aliasTag, triggerTag } from './owned/ownership.ts';

export interface Scope {
  /** Roles, log groups and all attachments of the functions take part too, and an absent function is created. */
  readonly whole: boolean;
  /** The roles and their policies take part, though not everything does. */
  readonly role?: boolean;
  /** The attachments that take part; undefined: all that `narrow` leaves. */
  readonly attachments?: readonly (keyof Attachments)[];
  /** The layers of the project take part. */
  readonly layers: boolean;
  /** Whether a field of the function itself (`MemorySize`, `Environment.Variables.STAGE`) is compared. */
  compares(path: string): boolean;
  /** The function's config, reduced to this scope. */
  narrow(config: FunctionConfig): FunctionConfig;
}

/** The progress of AWS with the function: every scope waits for it. */
const states = ['State', 'LastUpdateStatus'];

interface PartOptions {
  layers?: boolean;
  /** Parts of the config that count; without `attachments` no attachment of the function takes part. */
  keeps?: (config: FunctionConfig) => Partial<FunctionConfig>;
}

/** `fields`: paths of the function's own fields; each includes all fields below it. */
function part(fields: readonly string[], { layers = false, keeps }: PartOptions = {}): Scope {
  return {
    whole: false,
    layers,
    compares: (path) => [...fields, ...states].some((field) => `${path}.`.startsWith(`${field}.`)),
    narrow: (config) => ({ ...config, attachments: {}, ...keeps?.(config) }),
  };
}

export const wholeScope: Scope = {
  whole: true,
  layers: true,
  compares: () => true,
  narrow: (config) => config,
};

/** The code, and the aliases that follow it. */
export const codeScope: Scope = part(['CodeSha256', 'ImageUri'], {
  keeps: ({ attachments }) => ({ attachments: { aliases: attachments?.aliases } }),
});

/** Undeclared variables are kept, except those named in `unset`. */
export function environmentScope(unset: readonly string[]): Scope {
  return part(['Environment'], {
    keeps: ({ removals }) => {
      const named = removals?.variables ?? [];
      return { removals: { ...removals, variables: named === 'all' ? named : [...named, ...unset] } };
    },
  });
}

/** The function's list of layers, and the content of those layers. */
export const layersScope: Scope = part(['Layers'], { layers: true });

/** One alias: brought to its declaration, or removed when undeclared. An alias that follows the code does not move. */
export function aliasScope(name: string): Scope {
  return part([`Tags.${aliasTag}`], {
    keeps: ({ attachments }) => ({
      attachments: { aliases: { [name]: attachments?.aliases?.[name] ?? null } },
    }),
  });
}

/** The reserved concurrency. */
export const concurrencyScope: Scope = part([], {
  keeps: ({ attachments }) => ({
    attachments: { reservedConcurrentExecutions: attachments?.reservedConcurrentExecutions },
  }),
});

/** The triggers, the statements that they need, and the role. Aliases only say where the triggers hang. */
export const triggersScope: Scope = {
  ...part(
    triggerNames.map((kind) => `Tags.${triggerTag(kind)}`),
    {
      keeps: ({ attachments }) => ({
        attachments: { aliases: attachments?.aliases, triggers: attachments?.triggers },
      }),
    },
  ),
  role: true,
  attachments: ['triggers', 'permissions'],
};
