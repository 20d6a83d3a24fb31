// What the engine knows of the things slsctl manages: four verbs, and what must exist first.

/** One difference between what the project declares and what is live. */
export interface Change {
  /** Path of the field in the API's own names: `MemorySize`, `Environment.Variables.STAGE`. */
  path: string;
  /** undefined: absent. */
  from: unknown;
  to: unknown;
  /** The values are shown as `***` unless the user asks to see them. */
  secret?: true;
  /** Made only by making the whole thing anew. */
  replace?: true;
}

/**
 * `read` answers undefined for what is not there. `diff` is pure; `[]` means in sync. `apply` is given the
 * very changes that the plan shows, and resolves once the resource is stable, with the live state after it.
 * `remove` succeeds on what is already gone. All reject with the SDK's exceptions or a UserError.
 */
export interface Resource<Live = unknown> {
  /** `role`, `function`, `log group` … */
  readonly kind: string;
  /** The physical name. */
  readonly name: string;
  /** Created before this one, and removed after it. */
  readonly needs: readonly Resource[];
  /** Removed after these, though neither needs the other to be created. */
  readonly outlives?: readonly Resource[];
  read(): Promise<Live | undefined>;
  diff(live: Live | undefined): Change[];
  apply(live: Live | undefined, changes: Change[], report?: Report): Promise<Live>;
  remove(live: Live): Promise<void>;
  /** Why this live thing must be left alone (it is somebody else's); undefined: it is the project's own. */
  foreign?(live: Live): string | undefined;
  /** What uses it: it must not be removed while one of these stays. undefined: it cannot be seen. */
  users?(): Promise<readonly Named[] | undefined>;
  /** What is lost with it, beyond what the next deployment makes again. */
  loss?(live: Live): string | undefined;
  /** What it consists of and goes with it, in words: `3 versions`. */
  extent?(live: Live): string | undefined;
  /** It goes with this one, whatever removes that. */
  readonly partOf?: Resource;
  /** It must not be there: what is live of it is removed by a deployment. */
  readonly unwanted?: true;
  /** A foreign one does not stand in the way: the deployment works with it as it is. */
  readonly optional?: true;
  /** What is live but not declared and is therefore kept, a line each. */
  notes?(live: Live): string[];
}

export type Named = Pick<Resource, 'kind' | 'name'>;

/** Tells the user what a long step is waiting for, and how much of it is done (0 to 1) where that is known. */
export type Report = (text: string, share?: number) => void;

/** The project, and its stage where it has one, that made a resource. */
export interface Owner {
  project: string;
  stage?: string;
}
