//! Claims of trusted builders that are about something else, or hidden.
