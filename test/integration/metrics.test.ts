import { expect, it } from 'vitest';
import { describeWithPrograms } from '../support/deployment/debian-programs.js';
import { promtool } from '../support/monitoring/promtool.js';
import { scrapeOfServiceInUse } from '../support/processes/scraped-service.js';

describeWithPrograms('the metrics of a service in use', ['promtool'], () => {
  it('pass the checks of Prometheus', async () => {
    expect(promtool(['check', 'metrics'], await scrapeOfServiceInUse())).toEqual({
      code: 0,
      output: '',
    });
  });

  it('would fail them with a badly named metric', () => {
    const misnamed =
      '# HELP waiting_total Not a counter.\n# TYPE waiting_total gauge\nwaiting_total 1\n';
    const { code, output } = promtool(['check', 'metrics'], misnamed);
    expect(code).not.toBe(0);
    expect(output).toContain('waiting_total');
  });
});
