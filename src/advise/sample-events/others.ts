// Sample events of services that slsctl binds to what others have made: user pools, received mail, devices, distributions.
import { type EventSite, isoTime } from './site.ts';

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-sign-up.html */
export function cognitoEvent({ region }: EventSite): object {
  return {
    version: '1',
    triggerSource: 'PreSignUp_SignUp',
    region,
    userPoolId: `${region}_AbCdEfGhI`,
    userName: 'sam',
    callerContext: { awsSdkVersion: 'aws-sdk-js-3.0.0', clientId: '1example23456789' },
    request: { userAttributes: { email: 'sam@example.com' }, validationData: null },
    response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
  };
}

/** https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-lambda-event.html */
export function sesEvent(site: EventSite): object {
  const timestamp = isoTime(site);
  const recipients = ['support@example.com'];
  const pass = { status: 'PASS' };
  return {
    Records: [
      {
        eventSource: 'aws:ses',
        eventVersion: '1.0',
        ses: {
          mail: {
            timestamp,
            source: 'sam@example.com',
            messageId: 'o3vrnil0e2ic28trm7dfhrc2v0clambda4nbp0g1',
            destination: recipients,
            headersTruncated: false,
            headers: [
              { name: 'From', value: 'Sam <sam@example.com>' },
              { name: 'To', value: recipients[0] },
              { name: 'Subject', value: 'Hello from slsctl' },
            ],
            commonHeaders: {
              returnPath: 'sam@example.com',
              from: ['Sam <sam@example.com>'],
              date: new Date(site.now).toUTCString().replace('GMT', '+0000'),
              to: recipients,
              messageId: '<0123456789@example.com>',
              subject: 'Hello from slsctl',
            },
          },
          receipt: {
            timestamp,
            processingTimeMillis: 574,
            recipients,
            spamVerdict: pass,
            virusVerdict: pass,
            spfVerdict: pass,
            dkimVerdict: pass,
            dmarcVerdict: pass,
            action: {
              type: 'Lambda',
              functionArn: `arn:${site.partition}:lambda:${site.region}:${site.account}:function:${site.functionName}`,
              invocationType: 'Event',
            },
          },
        },
      },
    ],
  };
}

/** What the SQL statement of a rule selects: here a whole message, which the device chooses. */
export function iotEvent({ now }: EventSite): object {
  return { temperature: 31.5, room: 'kitchen', timestamp: now };
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html */
export function edgeEvent({ route }: EventSite): object {
  const header = (key: string, value: string) => [{ key, value }];
  return {
    Records: [
      {
        cf: {
          config: {
            distributionDomainName: 'd111111abcdef8.cloudfront.net',
            distributionId: 'EDFDVBD6EXAMPLE',
            eventType: 'viewer-request',
            requestId: '4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==',
          },
          request: {
            clientIp: '203.0.113.178',
            headers: {
              host: header('Host', 'd111111abcdef8.cloudfront.net'),
              'user-agent': header('User-Agent', 'slsctl'),
              accept: header('accept', '*/*'),
            },
            method: 'GET',
            querystring: 'page=1',
            uri: route.replace(/\{\w+\+?\}/g, '1'),
          },
        },
      },
    ],
  };
}
