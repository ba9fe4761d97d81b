/**
 * Records as the API expects them, with the size of real cells: about 420 bytes of JSON per task.
 */
export interface TaskBody {
  readonly task_id: string;
  readonly session_id: string;
  readonly status: string;
  readonly [field: string]: string | number | null;
}

const SOURCES = [
  'blizzard',
  'The wand of corrosion has no charges left, and hums angrily when it is shaken.',
  'death mark',
  'You feel a strange pull towards the portal; something on the other side is calling your name.',
];
const TARGETS = [
  '暴雪',
  '腐蚀法杖的充能已经耗尽，摇晃它时会发出愤怒的嗡鸣。',
  'Todesmarkierung',
  '你感到一股奇异的力量把你拉向传送门；彼端似乎有什么正在呼唤你的名字。',
];

export function sessionBody(session: number, prefix = 's') {
  return {
    session_id: `${prefix}-${session}`,
    filename: `chapter-${session}.xlsx`,
    file_path: `/games/tale/chapter-${session}.xlsx`,
    status: 'processing',
    llm_provider: 'openai',
    game_info: { name: 'Tale', genre: 'roguelike' },
    total_tasks: 1000,
  };
}

const LONG =
  'The wanderer asks for the lantern that was lost in the old harbour, and pays well for it. ';

/** A task with every field, about 640 bytes of JSON. */
export function wholeTask(index: number, session: string, status = 'completed'): TaskBody {
  return {
    ...taskBody(index, session, 'completed'),
    source_text: `${LONG}#${index}`,
    target_text: `${TARGETS[1]} #${index}`,
    error_message: 'none at the second attempt',
    status,
  };
}

/** Task `index` of a run; `status` determines which fields it carries. */
export function taskBody(
  index: number,
  session: string,
  status: 'pending' | 'processing' | 'completed',
  prefix = 't',
): TaskBody {
  const kind = index % SOURCES.length;
  const base = {
    task_id: `${prefix}-${index}`,
    session_id: session,
    batch_id: `${session}-b${Math.floor(index / 50) % 100}`,
    sheet_name: `Sheet${index % 5}`,
    row_index: index % 100_000,
    column_name: 'zh-CN',
    source_text: `${SOURCES[kind]} #${index}`,
    context: `actors.mobs.${index}.name`,
    status,
  };
  if (status === 'pending') return base;
  if (status === 'processing') return { ...base, start_time: '2026-01-01T00:00:00.000Z' };
  return {
    ...base,
    target_text: `${TARGETS[kind]} #${index}`,
    confidence: 0.9 + (index % 1000) / 10_000,
    retry_count: index % 3,
    start_time: '2026-01-01T00:00:00.000Z',
    end_time: '2026-01-01T00:00:02.500Z',
    duration_ms: 1000 + (index % 5000),
  };
}
