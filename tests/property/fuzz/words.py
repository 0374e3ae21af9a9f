"""What the fuzzer builds requests from: names, values and moments, good ones and bad ones."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SPACES: Final = {
    "D": "DAV:",
    "C": "urn:ietf:params:xml:ns:caldav",
    "S": "http://calendarserver.org/ns/",
    "A": "http://apple.com/ns/ical/",
    "P": "urn:x-praxical:dav",
    "X": "urn:example:unknown",
}
PROPERTIES: Final = _words(
    """
    D:getetag D:getcontenttype D:getcontentlength D:getlastmodified D:creationdate
    D:displayname D:resourcetype D:resource-id D:sync-token D:add-member D:owner D:group
    D:acl D:acl-restrictions D:inherited-acl-set D:supported-privilege-set
    D:current-user-privilege-set D:current-user-principal D:principal-URL
    D:principal-collection-set D:alternate-URI-set D:group-member-set D:group-membership
    D:supported-report-set D:supported-method-set D:supported-live-property-set
    D:supportedlock D:lockdiscovery D:quota-available-bytes D:quota-used-bytes D:limit
    C:calendar-home-set C:calendar-user-address-set C:calendar-user-type
    C:calendar-description C:calendar-timezone C:calendar-timezone-id
    C:timezone-service-set C:supported-calendar-component-set
    C:supported-calendar-component-sets C:supported-calendar-data
    C:supported-collation-set C:supported-rscale-set C:max-resource-size C:max-instances
    C:min-date-time C:max-date-time C:max-attendees-per-instance
    C:schedule-calendar-transp C:schedule-default-calendar-URL C:schedule-inbox-URL
    C:schedule-outbox-URL C:calendar-free-busy-set C:calendar-data
    C:default-alarm-vevent-datetime C:default-alarm-vtodo-date S:getctag S:source
    S:calendar-proxy-read-for S:calendar-proxy-write-for S:email-address-set
    S:subscribed-strip-alarms S:allowed-sharing-modes A:calendar-color A:calendar-order
    A:refreshrate P:unheard-of X:dead X:other
    """
)
ELEMENTS: Final = PROPERTIES + _words(
    """
    D:propfind D:prop D:allprop D:propname D:include D:propertyupdate D:set D:remove
    D:mkcol C:mkcalendar C:calendar-query C:calendar-multiget C:free-busy-query
    D:sync-collection D:expand-property D:principal-property-search D:principal-match
    D:principal-search-property-set D:acl-principal-prop-set D:property D:match D:self
    D:property-search D:apply-to-principal-collection-set D:href D:sync-level D:nresults
    C:filter C:comp-filter C:prop-filter C:param-filter C:text-match C:time-range
    C:is-not-defined C:expand C:limit-recurrence-set C:limit-freebusy-set C:comp C:allcomp
    C:allprop C:timezone C:timezone-id C:calendar D:collection D:lockinfo D:lockscope
    D:exclusive D:locktype D:write D:multistatus D:response nothing C:opaque C:transparent
    D:principal-property D:version-tree
    """
)
COMPONENTS: Final = _words(
    """
    VCALENDAR VEVENT VTODO VJOURNAL VFREEBUSY VTIMEZONE VALARM VAVAILABILITY AVAILABLE
    STANDARD DAYLIGHT X-THING vevent
    """
)
CALENDAR_PROPERTIES: Final = _words(
    """
    UID DTSTAMP DTSTART DTEND DURATION DUE COMPLETED CREATED LAST-MODIFIED SUMMARY
    LOCATION DESCRIPTION CATEGORIES CLASS STATUS TRANSP PRIORITY SEQUENCE RRULE RDATE
    EXDATE EXRULE RECURRENCE-ID ATTENDEE ORGANIZER ATTACH GEO URL COLOR CONFERENCE
    RELATED-TO TRIGGER ACTION REPEAT TZID TZOFFSETTO TZOFFSETFROM VERSION PRODID METHOD
    CALSCALE X-NOTE X-PRAXICAL-REF X-PRAXICAL-REV X-PRAXICAL-CLIENT X-PRAXICAL-STATUS
    X-PRAXICAL-KIND X-PRAXICAL-SERVICES X-PRAXICAL-LOCATION X-PRAXICAL-FEE
    X-APPLE-TRAVEL-DURATION summary
    """
)
PARAMETERS: Final = _words(
    """
    TZID=America/New_York TZID=Nowhere/Land TZID= VALUE=DATE VALUE=PERIOD VALUE=TEXT
    VALUE=X-ODD RANGE=THISANDFUTURE PARTSTAT=ACCEPTED CN=Kim LANGUAGE=en RELATED=END
    X-A="a,b" X-B=^n^^ X-C="open ENCODING=BASE64 FBTYPE=BUSY
    """
)
MOMENTS: Final = _words(
    """
    20261201T140000Z 20261202T140000Z 20261201T090000 20261203 20270301T120000Z
    20261208T090000 20200101T000000Z 20300101T000000Z 20400229T000000Z 20261101T013000
    20260308T023000 00010101T000000Z 00010101 99991231T235959Z 99991231 20261301T000000Z
    20261131 20261201T246060Z 19700101T000000Z 2026-12-01 20261201T140000+0100 now Z
    """
)
SOUND_MOMENTS: Final = _words(
    """
    20261201T140000Z 20261202T140000Z 20261203T000000Z 20270301T120000Z 20261208T090000Z
    20200101T000000Z 20300101T000000Z 20400229T000000Z 19000101T000000Z 99991231T235959Z
    """
)
SPANS: Final = _words(
    """
    PT1H PT30M P1D P1W -PT15M PT0S P -P P999999D PT999999999H P1Y PT1H30M P1DT soon
    """
)
RULES: Final = (
    "FREQ=DAILY",
    "FREQ=DAILY;COUNT=5",
    "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=9",
    "FREQ=WEEKLY;UNTIL=20270301T000000Z",
    "FREQ=MONTHLY;BYSETPOS=-1;BYDAY=FR",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=HOURLY;COUNT=30",
    "FREQ=MINUTELY;INTERVAL=999",
    "FREQ=SECONDLY",
    "FREQ=SECONDLY;COUNT=200",
    "FREQ=DAILY;COUNT=0",
    "FREQ=DAILY;INTERVAL=0",
    "FREQ=DAILY;INTERVAL=999999999",
    "FREQ=DAILY;COUNT=99999999999",
    "FREQ=WEEKLY;BYDAY=5MO",
    "FREQ=YEARLY;BYWEEKNO=53;WKST=SU",
    "FREQ=YEARLY;BYYEARDAY=-366",
    "FREQ=YEARLY;UNTIL=00010101",
    "RSCALE=HEBREW;FREQ=YEARLY;SKIP=FORWARD",
    "FREQ=NEVER",
    "COUNT=3",
    "FREQ=DAILY;FREQ=WEEKLY;X=1",
    "",
)
TEXTS: Final = (
    "Tea",
    "acupfollow Jane Doe",
    "acupinitial Jane Doe #arrived",
    "psy50 Maria Garcia",
    "JD #noshow $40",
    "acupfollow Jane Doe #cancel",
    "id:C1001 #undo x2 +95 @room-1",
    "-- practice --\\nclient: C1002\\nservices: 97810*2",
    "a\\,b\\;c\\nd\\\\",
    "a\\",
    "%s %(x)s {0} $1",
    "<b>&amp;]]></b>",
    "\u00fcber \U0001f512 \u202e\u2028\u0085\ufeff",
    "x" * 300,
    "a\x0bb\x00c\x1f\uffff\x7f",
    "CANCELLED",
    "TENTATIVE",
    "TRANSPARENT",
    "OPAQUE",
    "-1",
    "999999999999999999999",
    "mailto:jane.doe@mail.example",
    "https://a b",
    "",
)
SECRET: Final = "Zyxwvut"
"""A surname that only the owner of a calendar and the front desk may ever read."""
USERS: Final = ("alma", "theo", "desk")
COLLECTIONS: Final = (
    "/alma/appointments/",
    "/alma/appointments/",
    "/alma/mine/",
    "/alma/mine/",
    "/alma/mine/",
    "/alma/other/",
    "/desk/alma/",
    "/theo/alma/",
    "/theo/appointments/",
)
OBJECTS: Final = (*(f"{number}.ics" for number in range(8)), "%C3%BC%20a.ics", "a%40b.ics")
ODD_PATHS: Final = (
    "/",
    "//",
    "/alma",
    "/alma/",
    "/theo/",
    "/desk/",
    "/nobody/",
    "/alma/appointments",
    "/alma/mine/a/b/c",
    "/alma/../desk/",
    "/alma/mine/..%2f..%2f",
    "/alma/./mine//0.ics",
    "/%00",
    "/alma/mine/%00.ics",
    "/alma/mine/%ff%fe.ics",
    "/alma/mine/%ED%A0%80.ics",
    f"/alma/mine/{'x' * 400}.ics",
    f"/alma/{'y' * 400}/",
    "/alma/mine/%0d%0aX-A:%20b.ics",
    "/alma/mine/%3Ca%26%22%27%3E.ics",
    "/.well-known/caldav",
    "/.well-known/carddav",
    "/.web/",
    "*",
    "",
    "http://127.0.0.1/alma/",
)
METHODS: Final = (
    *("PUT",) * 8,
    *("REPORT",) * 12,
    *("PROPFIND",) * 6,
    *("PROPPATCH",) * 3,
    *("GET", "HEAD", "DELETE", "DELETE", "MOVE", "MOVE", "COPY", "COPY", "POST", "POST"),
    *("MKCALENDAR", "MKCOL", "OPTIONS", "ACL", "LOCK", "UNLOCK", "TRACE", "PATCH", "get", "X"),
)
CONTENT_TYPES: Final = (
    *("text/calendar; charset=utf-8", "text/calendar", "text/xml", "application/xml") * 2,
    'text/xml; charset="utf-8"',
    "text/calendar; charset=iso-8859-1",
    "text/calendar; charset=utf-16",
    "application/calendar+json",
    "application/calendar+json; charset=utf-8",
    "text/xml; charset=klingon",
    "text/xml; charset=idna",
    "text/xml; charset=utf-7",
    "text/xml; charset=base64",
    "text/plain",
    ";;;=",
    "",
)
