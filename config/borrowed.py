"""Sentences of Django and django-allauth that our pages show, so that the catalogues have them in Khmer too.

Neither has them in Khmer, or not all. Each stands here exactly as its source has it.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy as several

SIGN_IN = (
    _("Forgot your password?"),
    _("Username"),
    _("Password"),
    _("Current Password"),
    _("New Password"),
    _("New Password (again)"),
    _("Email"),
    _("Email address"),
    _("Code"),
    _("Authenticator code"),
    _("Name"),
    _("The username and/or password you specified are not correct."),
    _("Please type your current password."),
    _("Incorrect password."),
    _("You must type the same password each time."),
    _("Confirm"),
    _("Change Password"),
    _("Sign In"),
    _("Sign Out"),
    _("Are you sure you want to sign out?"),
    _("Cancel"),
    _("Password successfully changed."),
    _("You have signed out."),
    _("Signed out of all other sessions."),
)

FORMS = (
    _("This field is required."),
    _("This field cannot be blank."),
    _("This field cannot be null."),
    _("Enter a valid email address."),
    _("Enter a whole number."),
    _("Enter a number."),
    _("Enter a valid date."),
    _("Enter a valid date/time."),
    _("Enter a list of values."),
    _("Enter a valid value."),
    _("Null characters are not allowed."),
    _("Select a valid choice. %(value)s is not one of the available choices."),
    _("Select a valid choice. That choice is not one of the available choices."),
    _("Value %(value)r is not a valid choice."),
    _("%(model_name)s with this %(field_label)s already exists."),
    _("No file was submitted. Check the encoding type on the form."),
    _("No file was submitted."),
    _("The submitted file is empty."),
    _("Your password can’t be too similar to your other personal information."),
    _("Your password can’t be a commonly used password."),
    several(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
        2,
    ),
    _("This password is too common."),
    _("The password is too similar to the %(verbose_name)s."),
    several(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
        2,
    ),
    several(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
    _("Ensure this value is less than or equal to %(limit_value)s."),
    _("Ensure this value is greater than or equal to %(limit_value)s."),
)
