// Callers that ask for the same at the same moment share one request.
import type { Aws } from '../aws/aws.ts';

/** The same question, but concurrent calls with the same key share one answer. Nothing is kept after the answer. */
export function shared<Asked, Answer>(
  keyOf: (asked: Asked) => string,
  ask: (aws: Aws, asked: Asked) => Promise<Answer>,
): (aws: Aws, asked: Asked) => Promise<Answer> {
  const running = new WeakMap<Aws, Map<string, Promise<Answer>>>();
  return (aws, asked) => {
    const underWay = running.get(aws) ?? new Map<string, Promise<Answer>>();
    running.set(aws, underWay);
    const key = keyOf(asked);
    const known = underWay.get(key);
    if (known) return known;
    const answer = ask(aws, asked).finally(() => underWay.delete(key));
    underWay.set(key, answer);
    return answer;
  };
}
