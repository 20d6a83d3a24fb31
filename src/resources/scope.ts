// Which part of a project a command is about: what takes part, and what of a function is compared and changed.
import type { FunctionConfig } from '../config/project.ts';
import { aliasTag } from './owned/ownership.ts';

export interface Scope {
  /** Roles, log groups and all that hangs on the functions take part too, and a function that is absent is created. */
  readonly whole: boolean;
  /** The layers of the project take part. */
  readonly layers: boolean;
  /** Whether a field of the function itself (`MemorySize`, `Environment.Variables.STAGE`) is compared. */
  compares(path: string): boolean;
  /** What of the function's config counts. */
  narrow(config: FunctionConfig): FunctionConfig;
}

/** How far AWS has come with the function: whatever is changed, it waits for that. */
const states = ['State', 'LastUpdateStatus'];

interface PartOptions {
  layers?: boolean;
  /** What of the config counts; without `attachments` nothing that hangs on the function takes part. */
  keeps?: (config: FunctionConfig) => Partial<FunctionConfig>;
}

/** `fields`: paths of the function's own fields, each with all that is below it. */
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

/** Variables that are not declared are kept, except those that are `unset`. */
export function environmentScope(unset: readonly string[]): Scope {
  return part(['Environment'], {
    keeps: ({ removals }) => {
      const named = removals?.variables ?? [];
      return { removals: { ...removals, variables: named === 'all' ? named : [...named, ...unset] } };
    },
  });
}

/** The layers that the function has, and their content. */
export const layersScope: Scope = part(['Layers'], { layers: true });

/** One alias: as it is declared, and removed where it is not. An alias that follows the code stays where it is. */
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
