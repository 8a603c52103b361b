"""Addresses of assessment: handing in, and marking."""

from django.urls import path

from assessments.views import marking, submitting
from assessments.views.blueprint import blueprint

app_name = "assessments"
urlpatterns = [
    path("achievements/<uuid:public_id>/blueprint/", blueprint, name="blueprint"),
    path("assessments/<uuid:public_id>/", submitting.submit, name="submit"),
    path("assessments/<uuid:public_id>/draft/", submitting.save_draft, name="save_draft"),
    path("submissions/<uuid:public_id>/", submitting.submission, name="submission"),
    path("submissions/<uuid:public_id>/evidence/", submitting.add_evidence, name="add_evidence"),
    path("evidence/<uuid:public_id>/", submitting.evidence, name="evidence"),
    path("evidence/<uuid:public_id>/remove/", submitting.remove_evidence, name="remove_evidence"),
    path("marking/", marking.queue, name="queue"),
    path("marking/next/", marking.next_submission, name="next"),
    path("marking/<uuid:public_id>/", marking.grade, name="grade"),
    path("marking/<uuid:public_id>/claim/", marking.claim, name="claim"),
    path("marking/<uuid:public_id>/save/", marking.save, name="save"),
    path("marking/<uuid:public_id>/let-go/", marking.let_go, name="let_go"),
]
