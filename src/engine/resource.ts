// What the engine knows of the things slsctl manages: how each is read and removed, and how it is made as declared.

/** One difference between what the project declares and what is live. */
export interface Change {
  /** Path of the field in the API's own names: `MemorySize`, `Environment.Variables.STAGE`. */
  path: string;
  /** undefined: absent. */
  from: unknown;
  to: unknown;
  /** The values are shown as `***` unless the user asks to see them. */
  secret?: true;
  /** It can only be made by replacing the whole thing. */
  replace?: true;
}

/**
 * Something on AWS, by its name. A resource that has no more than this is not declared, and a deployment removes it;
 * a declared one is the same and more, so that nothing that is known of a kind can be missing here.
 *
 * `read` answers undefined where there is no such thing. `remove` succeeds where there is none any more. Both reject
 * with the SDK's exceptions or a UserError.
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
  remove(live: Live): Promise<void>;
  /** Why this live thing must be left alone (another owner has it); undefined: it is the project's own. */
  foreign?(live: Live): string | undefined;
  /** Its users: it must not be removed while one of these stays. undefined: they cannot be seen. */
  users?(): Promise<readonly Named[] | undefined>;
  /** What is lost with it, beyond what the next deployment makes again. */
  loss?(live: Live): string | undefined;
  /** What it consists of and goes with it, in words: `3 versions`. */
  extent?(live: Live): string | undefined;
  /** Its fields, as changes to nothing: what the plan of a deployment that removes it shows. */
  removal?(live: Live): Change[];
  /** It goes with this one, whatever removes that. */
  readonly partOf?: Resource;
  /** It has the owner of this one: where that is foreign, a plan says so of that one alone. */
  readonly ownedWith?: Resource;
  /** One of another owner does not stand in the way: the deployment works with it as it is. */
  readonly optional?: true;
}

/**
 * A resource of which the project says how it must be. `diff` is pure; `[]` means in sync. `apply` is given the very
 * changes that the plan shows, and resolves once the resource is stable, with the live state after it.
 */
export interface DeclaredResource<Live = unknown> extends Resource<Live> {
  diff(live: Live | undefined): Change[];
  apply(live: Live | undefined, changes: Change[], report?: Report): Promise<Live>;
  /** What is live but not declared and is therefore kept, a line each. */
  notes?(live: Live): string[];
}

export function isDeclared(resource: Resource): resource is DeclaredResource {
  return 'diff' in resource;
}

export type Named = Pick<Resource, 'kind' | 'name'>;

/** `role hello-us-east-1`: how a resource is called in front of the user. */
export function kindAndName({ kind, name }: Named): string {
  return `${kind} ${name}`;
}

/** Tells the user what a long step is waiting for, and how much of it is done (0 to 1) where that is known. */
export type Report = (text: string, share?: number) => void;

/** The project, and its stage where it has one, that made a resource. */
export interface Owner {
  project: string;
  stage?: string;
}
