// The environment variables of a function that name things of the project: those of `link:`, and `${queue:orders}`.
import type { FunctionConfig } from '../../config/project.ts';
import { linkVariable } from '../../config/things/links.ts';
import { queuesIn, urlAfterApply, withQueueUrls } from '../../config/things/queue-urls.ts';
import type { Change, Resource } from '../../engine/resource.ts';
import { exitCodes, UserError } from '../../errors/user-error.ts';
import type { DeclaredQueue } from '../queues/queue.ts';
import type { Things } from './things.ts';

type Variables = Record<string, string>;

export class LinkedEnvironment {
  private readonly config: Pick<FunctionConfig, 'links' | 'settings'>;
  private readonly things: Things;

  constructor(config: Pick<FunctionConfig, 'links' | 'settings'>, things: Things) {
    this.config = config;
    this.things = things;
  }

  /** The resources that must be there before the function. */
  get needs(): Resource[] {
    // A state machine may call the function that starts it: it comes after its functions.
    const linked = this.config.links
      .filter(({ kind }) => kind !== 'state machine')
      .map(({ kind, key }) => this.things.ofProject(kind, key).own.resource);
    return [...new Set([...linked, ...this.queues])];
  }

  /** Reads the queues whose URLs are among the variables, unless they are known. */
  async ready(): Promise<void> {
    const unknown = this.queues.filter(({ url }) => url === undefined);
    await Promise.all(unknown.map((queue) => queue.read()));
  }

  /** The name of a thing is not a secret, as other values are. */
  shown({ secret, ...change }: Change): Change {
    const linked = this.config.links.some(
      (link) => change.path === `Environment.Variables.${linkVariable(link)}`,
    );
    return linked || !secret ? change : { ...change, secret };
  }

  /** Throws a UserError when these changes need the URL of a queue that is not there. */
  refuseMissing(functionName: string, changes: readonly Change[]): void {
    const missing = this.queues.filter(({ url }) => url === undefined).map(({ name }) => name);
    if (missing.length === 0 || !changes.some(({ path }) => path.startsWith('Environment.'))) return;
    throw new UserError(
      `the environment of ${functionName} has the URL of queue ${missing.join(', ')}, which does not exist yet`,
      exitCodes.failed,
      { next: { command: 'deploy' } },
    );
  }

  /** The declared variables with all names in them. */
  get variables(): Variables {
    const declared = Object.entries(this.config.settings.Environment?.Variables ?? {});
    const linked = this.config.links.map((link) => {
      const thing = this.things.ofProject(link.kind, link.key);
      const value =
        link.kind === 'queue'
          ? this.urlOf(link.key)
          : link.kind === 'topic' || link.kind === 'state machine'
            ? thing.arn
            : thing.name;
      return [linkVariable(link), value] as const;
    });
    return {
      ...Object.fromEntries(
        declared.map(([name, text]) => [name, withQueueUrls(text, (key) => this.urlOf(key))]),
      ),
      ...Object.fromEntries(linked),
    };
  }

  private get queues(): DeclaredQueue[] {
    const { links, settings } = this.config;
    const linked = links.filter(({ kind }) => kind === 'queue').map(({ key }) => key);
    const referred = Object.values(settings.Environment?.Variables ?? {}).flatMap(queuesIn);
    return [...new Set([...linked, ...referred])].map((key) => this.queue(key));
  }

  private queue(key: string): DeclaredQueue {
    return this.things.ofProject('queue', key).own.resource as DeclaredQueue;
  }

  private urlOf(key: string): string {
    return this.queue(key).url ?? urlAfterApply;
  }
}
