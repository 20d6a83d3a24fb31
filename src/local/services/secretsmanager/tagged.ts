// Secrets as the Resource Groups Tagging API sees them.
import { scopePrefix } from '../../call.ts';
import type { TaggedResources } from '../../faces.ts';
import { checkTags } from './checks.ts';
import { alive, type SecretsState, save } from './state.ts';

export function taggedSecrets(state: SecretsState): TaggedResources {
  return {
    *list(call) {
      for (const [, secret] of state.secrets.entries(scopePrefix(call))) {
        if (!alive(state, secret)) continue;
        yield {
          arn: secret.arn,
          type: 'secretsmanager:secret',
          tags: secret.tags,
          retag(tags) {
            checkTags(tags);
            save(state, call, { ...secret, tags });
          },
        };
      }
    },
  };
}
