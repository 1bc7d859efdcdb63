# The version's one place. The revision is that of the git checkout, or of the source archive, where it is written into
# revision.txt when the archive is made.
set(EXAHCA_VERSION_NUMBER 0.1.0)
set(EXAHCA_REVISION "unknown")
find_package(Git QUIET)
if(GIT_FOUND AND EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/.git)
  execute_process(COMMAND ${GIT_EXECUTABLE} describe --always --dirty --abbrev=12
                  WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
                  OUTPUT_VARIABLE EXAHCA_REVISION OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
else()
  file(STRINGS ${CMAKE_CURRENT_LIST_DIR}/revision.txt EXAHCA_ARCHIVED REGEX "^[0-9a-f]+$")
  if(EXAHCA_ARCHIVED)
    string(SUBSTRING ${EXAHCA_ARCHIVED} 0 12 EXAHCA_REVISION)
  endif()
endif()
