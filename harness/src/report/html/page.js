'use strict';
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const items = all('.list > li');
  const form = document.querySelector('.filter');

  for (const part of all('.scripted, .filter, .copy')) part.hidden = false;

  // A link to a scenario opens it, also where the filter hides it.
  function open(item) {
    item.hidden = false;
    item.querySelector('details').open = true;
    item.scrollIntoView({ block: 'start' });
    item.querySelector('summary').focus({ preventScroll: true });
  }
  function follow() {
    const item = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (item && item.matches('.list > li')) open(item);
  }
  addEventListener('hashchange', follow);
  if (location.hash) follow();

  // Filter and search. What an item says is gathered when it is first asked for.
  let texts = null;
  const found = form.querySelector('.found');
  function filter() {
    const words = form.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length && !texts) texts = items.map((item) => (item.id + ' ' + item.textContent).toLowerCase());
    const shown = new Set(all('input[name=show]:checked', form).map((box) => box.value));
    let count = 0;
    items.forEach((item, number) => {
      const hit = shown.has(item.dataset.word) && words.every((word) => texts[number].includes(word));
      item.hidden = !hit;
      if (hit) count += 1;
    });
    found.textContent = count === items.length ? '' : `${count} of ${items.length} shown`;
  }
  let waiting = 0;
  form.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    filter();
  });
  addEventListener('keydown', (event) => {
    if (event.key === '/' && !event.target.closest('input[type=search]')) {
      event.preventDefault();
      form.q.focus();
    }
  });
  form.addEventListener('click', (event) => {
    const act = event.target.dataset.act;
    if (!act) return;
    for (const item of items) {
      if (act === 'close' || !item.hidden) item.querySelector('details').open = act === 'open';
    }
  });

  // Copying. A page that was opened from a disk may have no clipboard of its own.
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = document.createElement('textarea');
      area.value = text;
      document.body.append(area);
      area.select();
      const done = document.execCommand('copy');
      area.remove();
      return done;
    }
  }
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('.copy');
    if (!button) return;
    button.textContent = (await copy(button.dataset.copy)) ? 'Copied' : 'Not copied';
    button.focus();
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  });

  timeline();

  function timeline() {
    const data = document.getElementById('times');
    if (!data) return;
    const { wall, times } = JSON.parse(data.textContent);
    const section = document.getElementById('timeline');
    const lanes = section.querySelector('.lanes');
    const at = section.querySelector('.at');
    const workers = [...new Set(times.map((time) => time[1]))].sort((a, b) => a - b);
    const end = Math.max(wall || 0, 1, ...times.map((time) => time[2] + time[3]));
    const LANE = 26, TOP = 22, LEFT = 34;
    let zoom = 1, current = -1, bars = [];

    const svg = (name, attributes) => {
      const element = document.createElementNS('http://www.w3.org/2000/svg', name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      return element;
    };
    const clock = (ms) => {
      const seconds = ms / 1000;
      const rest = Math.round(seconds % 60);
      return seconds < 100 ? `${+seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min${rest ? ` ${rest} s` : ''}`;
    };

    function draw() {
      const width = Math.max(260, (lanes.clientWidth - 2) * zoom);
      const scale = (width - LEFT - 10) / end;
      const height = TOP + workers.length * LANE + 8;
      const root = svg('svg', { width, height, role: 'img', 'aria-label': `${times.length} scenarios on ${workers.length} workers in ${clock(end)}` });
      // Ticks at a round distance, some ninety pixels apart.
      const rough = 90 / scale;
      const round = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200];
      const tick = round.map((seconds) => seconds * 1000).find((step) => step >= rough) ?? rough;
      for (let ms = 0; ms <= end; ms += tick) {
        const x = LEFT + ms * scale;
        root.append(svg('line', { x1: x, x2: x, y1: TOP - 4, y2: height }));
        const label = svg('text', { x: x + 3, y: TOP - 9 });
        label.textContent = clock(ms);
        root.append(label);
      }
      workers.forEach((worker, lane) => {
        const label = svg('text', { x: 8, y: TOP + lane * LANE + 16 });
        label.textContent = worker + 1;
        root.append(label);
      });
      bars = times.map(([number, worker, from, took, , steps], index) => {
        const tone = items[number].className;
        const y = TOP + workers.indexOf(worker) * LANE + 3;
        const bar = svg('rect', { class: `s ${tone}`, x: LEFT + from * scale, y, width: Math.max(1, took * scale - 0.5), height: LANE - 6, 'data-index': index });
        root.append(bar);
        for (const [after, lasted] of steps) {
          if (lasted * scale >= 0.75) root.append(svg('rect', { class: `c ${tone}`, x: LEFT + (from + after) * scale, y: y + 5, width: lasted * scale, height: LANE - 16 }));
        }
        return bar;
      });
      lanes.replaceChildren(root);
      if (current >= 0) bars[current].classList.add('here');
    }

    // Along one lane with left and right, to the nearest in time of another with up and down.
    const order = times.map((_, index) => index).sort((a, b) => times[a][1] - times[b][1] || times[a][2] - times[b][2]);
    function say(index, scroll) {
      if (current >= 0) bars[current].classList.remove('here');
      current = index;
      bars[index].classList.add('here');
      const [number, worker, from, took, repeat, steps] = times[index];
      const item = items[number];
      at.textContent = `${item.querySelector('.id').textContent}: ${item.dataset.word}, worker ${worker + 1}, from ${clock(from)}, ${clock(took)}, ${steps.length} commands${repeat > 1 ? `, repeat ${repeat}` : ''}`;
      if (scroll) bars[index].scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
    lanes.addEventListener('mouseover', (event) => {
      if (event.target.dataset.index) say(+event.target.dataset.index, false);
    });
    lanes.addEventListener('click', (event) => {
      if (event.target.dataset.index) open(items[times[+event.target.dataset.index][0]]);
    });
    lanes.addEventListener('keydown', (event) => {
      const place = order.indexOf(current);
      const beside = (step) => {
        const lane = workers.indexOf(times[current][1]) + step;
        const there = order.filter((index) => times[index][1] === workers[lane]);
        const distance = (index) => Math.abs(times[index][2] - times[current][2]);
        return there.sort((a, b) => distance(a) - distance(b))[0];
      };
      let next;
      if (current < 0 && event.key.startsWith('Arrow')) next = order[0];
      else if (event.key === 'ArrowRight') next = order[place + 1];
      else if (event.key === 'ArrowLeft') next = order[place - 1];
      else if (event.key === 'ArrowDown') next = beside(1);
      else if (event.key === 'ArrowUp') next = beside(-1);
      else if (event.key !== 'Enter' || current < 0) return;
      // Before the focus moves, or the same key would close what it opens.
      event.preventDefault();
      if (event.key === 'Enter') return open(items[times[current][0]]);
      if (next !== undefined) say(next, true);
    });
    section.addEventListener('click', (event) => {
      const factor = +event.target.dataset.zoom;
      if (!factor) return;
      const middle = (lanes.scrollLeft + lanes.clientWidth / 2) / lanes.scrollWidth;
      zoom = Math.min(64, Math.max(1, zoom * factor));
      draw();
      lanes.scrollLeft = middle * lanes.scrollWidth - lanes.clientWidth / 2;
    });

    // Thousands of bars: only when somebody comes near, and anew when the width changes.
    let drawn = 0;
    const redraw = () => {
      if (drawn && drawn !== lanes.clientWidth) {
        drawn = lanes.clientWidth;
        draw();
      }
    };
    new IntersectionObserver((seen, observer) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      observer.disconnect();
      drawn = lanes.clientWidth;
      draw();
    }, { rootMargin: '600px' }).observe(section);
    addEventListener('resize', redraw);
  }
})();
