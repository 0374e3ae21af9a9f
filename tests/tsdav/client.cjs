// Asks a server as a booking tool does that knows it by tsdav. Reads what to ask from standard
// input, and writes what came of it to standard output, both as JSON.
const { createDAVClient } = require("tsdav");

async function asked(wanted) {
  const client = await createDAVClient({
    serverUrl: wanted.address,
    credentials: { username: wanted.user, password: wanted.secret },
    authMethod: "Basic",
    defaultAccountType: "caldav",
  });
  const calendars = await client.fetchCalendars();
  const own = calendars.find((one) => one.url.endsWith(wanted.calendar));
  const timeRange = { start: wanted.start, end: wanted.end };
  const answer = { calendars: calendars.map(({ url, displayName, components }) => ({ url, displayName, components })) };
  if (wanted.event) {
    const made = await client.createCalendarObject({
      calendar: own,
      filename: "booked.ics",
      iCalString: wanted.event,
      headers: { "If-None-Match": "*" },
    });
    answer.made = made.status;
  }
  const expanded = await client.fetchCalendarObjects({
    calendar: own,
    expand: true,
    timeRange,
    urlFilter: (url) => url.endsWith(".ics"),
  });
  answer.expanded = expanded.map(({ url, etag, data }) => ({ url, etag, data }));
  const busy = await client.freeBusyQuery({ url: own.url, timeRange, depth: "1" });
  answer.busy = busy;
  return answer;
}

let text = "";
process.stdin.on("data", (piece) => (text += piece));
process.stdin.on("end", () => {
  asked(JSON.parse(text)).then(
    (answer) => process.stdout.write(JSON.stringify(answer)),
    (error) => {
      process.stderr.write(`${error.stack}\n`);
      process.exit(1);
    },
  );
});
