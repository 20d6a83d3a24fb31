// Creates the services. Services call one another through their faces, so their order does not matter.
import type { Faces } from './faces.ts';
import type { Service, ServiceHost, Surroundings } from './service.ts';
import type { Holder, SigningScope } from './signature/signature.ts';

// biome-ignore lint/suspicious/noExplicitAny: of any SDK, with any state
export type AnyService = Service<any, any>;

export type ServiceFactory<S extends AnyService = AnyService> = (host: ServiceHost) => S;

export interface Composed {
  readonly services: readonly Service[];
  /** The service that this factory created. */
  of<S extends AnyService>(factory: ServiceFactory<S>): S;
  /** The holder of an access key that one of the services issued. */
  holder(accessKeyId: string): Holder | undefined;
  /** Tells the services about a request with a valid signature. */
  used(scope: SigningScope): void;
  resume(): void;
  /** Stops everything that runs in the background, then lets each service write what it holds in memory. */
  close(): Promise<void>;
}

/**
 * Creates services from these factories: all of `services/all.ts`, or those that a test needs.
 * @throws Error when two services have the same name or offer the same face
 */
export function compose(
  factories: Readonly<Record<string, ServiceFactory>>,
  surroundings: Surroundings,
): Composed {
  const byFactory = new Map<ServiceFactory, Service>();
  const offers = new Map<keyof Faces, Service>();
  let complete = false;
  const host: ServiceHost = {
    ...surroundings,
    face(name) {
      if (!complete) throw new Error(`the face ${name} was asked for before all services were created`);
      const face = offers.get(name)?.faces?.[name];
      if (!face) throw new Error(`no local service offers ${name}`);
      return face;
    },
    tagged: () => services.flatMap(({ tagged }) => tagged ?? []),
    service: (name) => services.find((service) => service.name === name),
  };
  for (const factory of Object.values(factories)) {
    const service: Service = factory(host);
    if ([...byFactory.values()].some(({ name }) => name === service.name)) {
      throw new Error(`two services are called ${service.name}`);
    }
    for (const name of Object.keys(service.faces ?? {}) as (keyof Faces)[]) {
      if (offers.has(name))
        throw new Error(`${offers.get(name)?.name} and ${service.name} both offer ${name}`);
      offers.set(name, service);
    }
    byFactory.set(factory, service);
  }
  complete = true;
  const services = [...byFactory.values()];
  return {
    services,
    of<S extends AnyService>(factory: ServiceFactory<S>): S {
      const service = byFactory.get(factory);
      if (!service) throw new Error('this service was not composed');
      return service as S;
    },
    holder(accessKeyId) {
      for (const service of services) {
        const holder = service.holder?.(accessKeyId);
        if (holder) return holder;
      }
      return undefined;
    },
    used(scope) {
      for (const service of services) service.used?.(scope);
    },
    resume() {
      for (const service of services) service.resume?.();
    },
    async close() {
      await Promise.all(services.map((service) => service.close?.()));
      for (const service of services) service.flush?.();
    },
  };
}
