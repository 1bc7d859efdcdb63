if(Python3_FOUND)
<<<<<<< HEAD
  foreach(name errors joint orders ranks reference)
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/app/${name}_test.py)
      exahca_script_test(${name} app ${Python3_EXECUTABLE} app/${name}_test.py)
    endif()
  endforeach()
=======
  exahca_script_test(reference app ${Python3_EXECUTABLE} app/reference_test.py)
  exahca_script_test(ranks app ${Python3_EXECUTABLE} app/ranks_test.py)
  exahca_script_test(errors app ${Python3_EXECUTABLE} app/errors_test.py)
  exahca_script_test(report app ${Python3_EXECUTABLE} app/report_test.py)
  exahca_script_test(export app ${Python3_EXECUTABLE} app/export_test.py)
>>>>>>> report
endif()
