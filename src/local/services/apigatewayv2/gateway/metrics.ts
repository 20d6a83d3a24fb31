// The CloudWatch metrics of HTTP APIs.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
import type { Dimensions, Meter } from '../../../faces.ts';
import type { HttpApisState } from '../state.ts';
import { type Finished, sizeOf } from './access-log.ts';

const most = 10_000;

export class Metrics {
  private readonly state: HttpApisState;
  private readonly meters = new Map<string, Meter>();

  constructor(state: HttpApisState) {
    this.state = state;
  }

  count({ passage, answer, latency }: Finished): void {
    const { integrationLatency } = passage.notes;
    const { status } = answer;
    this.meterOf(passage).add([
      { name: 'Count', value: 1, unit: 'Count' },
      { name: '4xx', value: status >= 400 && status < 500 ? 1 : 0, unit: 'Count' },
      { name: '5xx', value: status >= 500 ? 1 : 0, unit: 'Count' },
      { name: 'Latency', value: latency, unit: 'Milliseconds' },
      ...(integrationLatency === undefined
        ? []
        : [{ name: 'IntegrationLatency', value: integrationLatency, unit: 'Milliseconds' }]),
      { name: 'DataProcessed', value: passage.request.body.length + sizeOf(answer), unit: 'Bytes' },
    ]);
  }

  private meterOf({ served: { api, scope, stage } }: Finished['passage']): Meter {
    const key = `${scope.account}/${scope.region}/${api.id}/${stage.name}`;
    let meter = this.meters.get(key);
    if (!meter) {
      const ApiId = api.id;
      const dimensions: Dimensions[] = [{ ApiId }, { ApiId, Stage: stage.name }];
      meter = this.state.host.face('metrics').meter(scope, 'AWS/ApiGateway', dimensions);
      if (this.meters.size > most) this.meters.clear();
      this.meters.set(key, meter);
    }
    return meter;
  }
}
