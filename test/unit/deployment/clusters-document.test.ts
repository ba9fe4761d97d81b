import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT } from '../../support/deployment/deployed.js';
import { IMAGE } from '../../support/deployment/manifest-rules.js';

const read = (name: string) => readFileSync(join(PROJECT, name), 'utf8');
const NAME = 'docs/clusters.md';
const text = read(NAME);

/** The anchors that headings get: lower case, without marks, `-` for a space. */
const anchorsOf = (markdown: string) =>
  [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('the page about several instances', () => {
  it('names the image of the manifests, and no other version of it', () => {
    const images = [...text.matchAll(/persistence-service:[\w.]+/g)].map(([image]) => image);
    expect(images.length).toBeGreaterThan(2);
    expect(new Set(images)).toEqual(new Set([IMAGE]));
  });

  it('links to files and headings that are there', () => {
    const links = [...text.matchAll(/\]\(([^)#]*)(?:#([^)]*))?\)/g)];
    expect(links.length).toBeGreaterThan(30);
    const broken = links.filter(([, file = '', anchor]) => {
      const path = file === '' ? NAME : join(dirname(NAME), file);
      if (!existsSync(join(PROJECT, path))) return true;
      return anchor !== undefined && !anchorsOf(read(path)).includes(anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it('names every file for several instances', () => {
    const files = ['cluster', 'kubernetes'].flatMap((folder) =>
      readdirSync(join(PROJECT, 'deployment', folder)).filter((name) => name !== 'secrets'),
    );
    expect(files.filter((file) => !text.includes(file))).toEqual([]);
  });

  it.each(['README.md', 'docs/deployment.md', 'docs/operations.md'])('is linked in %s', (name) => {
    expect(read(name)).toContain('clusters.md)');
  });
});
