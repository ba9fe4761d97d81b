import { aSession, aTask } from '../http/http-app.js';
import { aService, told } from './mysql-service.js';

/** The metrics of a real service that has accepted, stored and read records, in the text format. */
export async function scrapeOfServiceInUse(): Promise<string> {
  const service = await aService({});
  await told(service, 'POST', 'sessions/batch', { sessions: [aSession()] });
  await told(service, 'POST', 'tasks/batch', { tasks: [aTask()] });
  await told(service, 'GET', 'tasks?fresh=true');
  const response = await fetch(`${service.url}/api/v1/system/metrics`);
  if (response.status !== 200) throw new Error(`the scrape failed with ${response.status}`);
  return response.text();
}
