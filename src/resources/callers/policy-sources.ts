// Sources of other services, as the resource policies name them: APIs, load balancers, user pools and so on.
import { type CallerKind, sourcesOf } from './caller.ts';

/** Services that call functions through a resource policy, by the service in the ARN. Other kinds look into the rest. */
const services: Readonly<Record<string, string>> = {
  apigateway: 'API',
  cognito: 'Cognito source',
  'cognito-idp': 'user pool',
  elasticloadbalancing: 'target group',
  'execute-api': 'API',
  iot: 'IoT rule',
  lex: 'Lex bot',
  ses: 'SES rule',
};

export const policySources: CallerKind = {
  what: 'sources in the resource policies',
  async find({ places }) {
    return places.flatMap((place) =>
      Object.entries(services).flatMap(([service, kind]) =>
        sourcesOf({ places: [place] }, service).map((name) => {
          return { kind, name, arn: place.arn, unsure: true };
        }),
      ),
    );
  },
};
