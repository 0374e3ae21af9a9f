"""All words of the pages. A translation is one more catalogue with the same keys.

A key that counts has two texts, ``_one`` and ``_many``. What stands in braces is filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from server.usecases.mail_words import MONTHS, WEEKDAYS


@dataclass(frozen=True, slots=True)
class Strings:
    """The words of one language; ``sunday_first`` says how its calendars begin."""

    language: str
    texts: Mapping[str, str]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    sunday_first: bool

    def __call__(self, key: str, **said: object) -> str:
        """Return a text, filled in; raises KeyError for a key that is none."""
        return self.texts[key].format(**said)

    def count(self, key: str, number: int) -> str:
        """Return the text that fits the number."""
        return self(f"{key}_one" if number == 1 else f"{key}_many", count=number)


_ENGLISH: Final[Mapping[str, str]] = {
    # --- every page
    "title": "{page} \N{EN DASH} {practice}",
    "skip": "Skip to the content",
    "step": "Step {step} of {steps}",
    "back": "Back",
    "change": "Change",
    "problem_one": "One answer needs another look.",
    "problem_many": "{count} answers need another look.",
    "privacy": (
        "What you write here goes to {practice} and to nobody else. It is used for your "
        "appointment only. This page sets no cookies."
    ),
    "wait": "One moment …",
    # --- days, times and zones
    "day": "{weekday}, {day}\N{NO-BREAK SPACE}{month}",
    "day_year": "{weekday}, {day}\N{NO-BREAK SPACE}{month} {year}",
    "month": "{month} {year}",
    "time": "{hour}:{minute:02d}\N{NO-BREAK SPACE}{half}",
    "am": "am",
    "pm": "pm",
    "noon": "12:00\N{NO-BREAK SPACE}noon",
    "midnight": "12:00\N{NO-BREAK SPACE}midnight",
    "from_to": "{start} to {end}",
    "zone": "{city} time ({short})",
    "minutes_one": "{count} minute",
    "minutes_many": "{count} minutes",
    # --- what
    "what_title": "Book an appointment",
    "what_lead": "What would you like to come for?",
    "what_none": "Appointments cannot be booked online at the moment.",
    "what_none_more": "Please get in touch with the practice directly.",
    "by_request": "by request",
    "by_video": "by video",
    # --- with whom
    "who_title": "With whom?",
    "who_first": "First free: {day}",
    "who_none": "Nothing free at the moment",
    "who_lead": "Choose a practitioner, or take the first time that is free.",
    "anybody": "Anybody",
    "anybody_more": "The first free time, whoever it is with",
    # --- when
    "when_title": "Choose a time",
    "when_none": "There is no free time at the moment.",
    "when_none_more": "Try somebody else or another kind of appointment, or come back later.",
    "month_before": "The month before",
    "month_after": "The month after",
    "days_of": "Days in {month}",
    "free_one": "{count} free time",
    "free_many": "{count} free times",
    "month_none": "Nothing is free in this month. Look at the others.",
    "morning": "Morning",
    "afternoon": "Afternoon",
    "evening": "Evening",
    "zone_now": "Times are shown in {zone}.",
    "zone_change": "Show another time zone",
    "zone_label": "Time zone",
    "zone_show": "Show these times",
    "places_left_one": "{count} place left",
    "places_left_many": "{count} places left",
    # --- who you are
    "details_title": "Your details",
    "choice": "Your appointment",
    "session": "Appointment",
    "with": "With",
    "when": "When",
    "where": "Where",
    "there": "{time} in {zone} there",
    "name": "Your name",
    "name_hint": "First and last name",
    "contact": "How can the practice reach you?",
    "contact_hint": "One of the two is enough.",
    "contact_hint_email": "Your request is confirmed with a code that is sent by e-mail.",
    "email": "E-mail",
    "phone": "Phone",
    "optional": "optional",
    "message": "Anything the practice should know?",
    "message_hint": "Please no medical details.",
    "reminders": "Would you like to be reminded?",
    "reminders_hint": "You can change your mind at any time.",
    "remind_email": "By e-mail",
    "remind_text": "By text message",
    "remind_phone": "By phone call",
    "book": "Book this appointment",
    "ask": "Ask for this appointment",
    "ask_hint": "The practice accepts or declines your request. Until then the time is held.",
    "name_bad": "Please write your name.",
    "name_long": "Please write a name of at most 100 letters.",
    "contact_missing": "Please give an e-mail address or a phone number.",
    "email_missing": "Please give an e-mail address: the code is sent there.",
    "email_bad": "Please write an address such as name@example.org.",
    "phone_bad": "Please write a phone number such as +1 555 010 0100.",
    "message_bad": "Please write at most 1000 characters, without special signs.",
    "remind_email_bad": "A reminder by e-mail needs your e-mail address.",
    "remind_phone_bad": "A reminder by phone or text message needs your phone number.",
    "start_missing": "Please choose a time.",
    # --- a time that is taken
    "taken": "Somebody was faster: this time has just been taken.",
    "taken_more": "Nothing you wrote is lost. Please choose another time.",
    "taken_none": "No other time is free in the days around it.",
    "other_times": "Other times that are free",
    "all_times": "See all free times",
    # --- the code
    "code_title": "Check your e-mail",
    "code_lead": "A code with six digits is on its way to {email}.",
    "code_lead_more": "Write it here within 15 minutes.",
    "code": "Code",
    "code_send": "Confirm",
    "code_again": "Send a new code",
    "code_missing": "Please write the code from the mail.",
    "code_wrong": "This code is not right, or it is too old.",
    # --- done
    "booked_title": "You are booked",
    "booked_lead": "Your appointment is confirmed. There is nothing more to do.",
    "asked_title": "Your request is on its way",
    "asked_lead": "The practice will answer you. The time is held for you until then.",
    "received_title": "The practice has your request",
    "received_lead": "You will hear from the practice. Please look at your e-mail or phone.",
    "mail_sent": "A confirmation is sent to {email}, with links to change or cancel.",
    "keep_links": "Keep these links: they are the only way to change this appointment online.",
    "calendar": "Add to your calendar",
    "see": "See this appointment",
    "cancel": "Cancel it",
    "move": "Ask for another time",
    # --- an appointment that was booked
    "see_title": "Your appointment",
    "state": "Status",
    "state_booked": "Booked",
    "state_pending": "Waiting for an answer",
    "state_cancelled": "Cancelled",
    "state_declined": "Declined",
    "state_expired": "Not answered in time",
    "state_withdrawn": "Cancelled by you",
    "reply": "The practice writes",
    "see_over": "It has begun, is over, or was changed in the meantime.",
    "see_links": "To change or cancel it, use the links that you were given for that.",
    "book_again": "Book another appointment",
    "cancel_title": "Cancel this appointment?",
    "cancel_late": (
        "It begins in less than {hours} hours: cancelling now counts as a late cancellation, "
        "and the practice may charge for it."
    ),
    "cancel_free": "Until {moment} you can cancel without it counting as late.",
    "cancel_request": "Your request has not been answered yet. You can take it back.",
    "cancel_yes": "Yes, cancel it",
    "cancel_no": "To keep it, just close this page.",
    "cancelled_title": "Your appointment is cancelled",
    "cancelled_late": "It counts as a late cancellation.",
    "cancelled_lead": "The time is free for somebody else now.",
    "move_title": "Ask for another time",
    "move_now": "Now booked: {when}",
    "move_confirm": "Is this time better?",
    "move_old": "Until now",
    "move_lead": "Your present time stays booked until the practice accepts the new one.",
    "move_yes": "Ask for this time",
    "moved_title": "Your request is on its way",
    "over_title": "This cannot be changed online",
    # --- the practitioner's answer
    "accept_title": "Accept this request?",
    "decline_title": "Decline this request?",
    "answer_lead": "Who asks is shown in your calendar and to nobody with this link.",
    "answer_moves": "It asks to move an appointment from {when}.",
    "answer_message": "A message to the client",
    "accept_yes": "Accept",
    "decline_yes": "Decline",
    "accepted_title": "Accepted",
    "accepted_lead": "The appointment is booked, and the client is told.",
    "declined_title": "Declined",
    "declined_lead": "The time is free again, and the client is told.",
    "answered_lead": "It was answered, taken back or lapsed already.",
    # --- what cannot be shown
    "gone_title": "There is nothing here",
    "gone_lead": "This link is not complete, was used already, or is too old.",
    "gone_more": "The practice can tell you more.",
    "refused_title": "This did not work",
    "foreign": "This form was not sent from this page. Open the page again.",
    "unreadable": "What was sent cannot be read. Open the page again.",
    "stale": "What was chosen cannot be booked any more. Please choose again.",
    "many_title": "Too many attempts",
    "many_lead": "Please wait a while, then try again.",
    "busy_title": "One moment, please",
    "busy_lead": "This cannot be done just now. Please try again in a few seconds.",
    "failed_title": "Something went wrong here",
    "failed_lead": "Whether an appointment was booked is told by a mail from the practice.",
    "reused_title": "This form was sent already",
    "reused_lead": "With it an appointment was booked. To book another, begin anew.",
    "start_again": "Begin anew",
}

ENGLISH: Final = Strings(
    "en",
    _ENGLISH,
    WEEKDAYS,
    MONTHS,
    sunday_first=True,
)
