// Sample events of EventBridge and its Scheduler.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
import { arnOf, type EventSite, isoSeconds } from './site.ts';

const id = '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa';

/** The event of a schedule without an input. */
export function scheduleEvent(site: EventSite): object {
  return {
    version: '0',
    id,
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: site.account,
    time: isoSeconds(site),
    region: site.region,
    resources: [arnOf(site, 'scheduler', `schedule/default/${site.schedule}`)],
    detail: '{}',
  };
}

export function busEvent(site: EventSite): object {
  const { source, detailType, detail } = site.busEvent;
  return {
    version: '0',
    id,
    'detail-type': detailType,
    source,
    account: site.account,
    time: isoSeconds(site),
    region: site.region,
    resources: [],
    detail,
  };
}
