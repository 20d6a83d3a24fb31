// Notes the secrets that calls read or send: values of environments, secrets and encrypted parameters.
import type { Secrets } from '../../secrets/secrets.ts';
import type { Middleware } from './middleware.ts';

export type NotedSecrets = Pick<Secrets, 'add' | 'document' | 'variable' | 'ordinary'>;

export function noteSecrets(secrets: NotedSecrets): Middleware {
  return (stack) => {
    stack.add(
      (next) => async (args) => {
        // Before the call, because AWS repeats what it was sent in its errors.
        note(secrets, args.input);
        const result = await next(args);
        note(secrets, result.output);
        return result;
      },
      { step: 'initialize', name: 'slsctlSecrets', priority: 'high' },
    );
  };
}

interface Shape {
  Environment?: { Variables?: Record<string, string> };
  Configuration?: Shape;
  Functions?: Shape[];
  Versions?: Shape[];
  SecretString?: string;
  Parameters?: { Type?: string; Value?: string }[];
}

/** Every request and answer in which the API has an environment, a secret or a parameter. */
function note(secrets: NotedSecrets, value: Shape): void {
  for (const shape of [value, value.Configuration, ...list(value.Functions), ...list(value.Versions)]) {
    for (const [name, text] of Object.entries(shape?.Environment?.Variables ?? {})) {
      secrets.variable(name, text);
    }
  }
  if (typeof value.SecretString === 'string') secrets.document(value.SecretString);
  for (const { Type, Value } of list(value.Parameters)) if (Type === 'SecureString') secrets.add(Value);
}

function list<T>(value: readonly T[] | undefined): readonly T[] {
  return Array.isArray(value) ? value : [];
}
